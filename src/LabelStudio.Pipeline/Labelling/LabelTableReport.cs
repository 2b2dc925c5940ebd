namespace LabelStudio.Pipeline.Labelling;

/// <summary>What a table of labels says of the images that are there, row by row.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="ToLabel">Images that get a label.</param>
/// <param name="Already">Rows whose image has that label.</param>
/// <param name="WithoutClass">Rows that name no class.</param>
/// <param name="Conflicts">Rows against what the image is: another label, discarded, or another row of the table. What is there is kept.</param>
/// <param name="Unknown">Rows whose image is not in the project.</param>
/// <param name="Refused">Rows whose image or class is not clear.</param>
/// <param name="NewClasses">Names of the classes that were made for it.</param>
/// <param name="Problems">Conflicts, unknown images and refused rows, in the order of the file; at most <see cref="MostProblems"/>.</param>
/// <param name="Job">The action that gives the labels; null: there is nothing to do.</param>
public sealed record LabelTableReport(
    int Rows,
    int ToLabel,
    int Already,
    int WithoutClass,
    int Conflicts,
    int Unknown,
    int Refused,
    IReadOnlyList<string> NewClasses,
    IReadOnlyList<LabelTableProblem> Problems,
    BulkJobStatus? Job)
{
    public const int MostProblems = 10_000;
}
