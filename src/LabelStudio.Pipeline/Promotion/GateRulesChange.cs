namespace LabelStudio.Pipeline.Promotion;

/// <summary>One line of the history of a project's gate rules.</summary>
public sealed record GateRulesChange(GateRules Rules, string UserName, DateTime AtUtc);
