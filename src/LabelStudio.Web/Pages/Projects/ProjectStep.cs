using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Pages.Projects;

/// <summary>One station of the data's way.</summary>
/// <param name="Title">What is done there.</param>
/// <param name="Figure">How far it is: a count.</param>
/// <param name="Note">What the count means, or what is missing.</param>
/// <param name="State">Done, next, or later.</param>
/// <param name="Path">Where it is done, below the project's address.</param>
/// <param name="Action">Text of the button that leads there.</param>
/// <param name="Right">What a person needs to do it.</param>
public sealed record ProjectStep(
    string Title, string Figure, string Note, StepState State, string Path, string Action, StudioRight Right);
