namespace LabelStudio.Pipeline.Training;

/// <summary>How many labelled images of a class, or of a combination, each split holds before a run. Those of a class have it alone.</summary>
/// <param name="IsNew">The promoted model does not know the class yet.</param>
/// <param name="Place">Its place in the list of classes, from 0.</param>
public sealed record ClassReadiness(Guid ClassId, string Name, string Colour, int Train, int Validation, int Test, bool IsNew, int Place = 0)
{
    /// <summary>Training images that the promoted model knows it from, alone or with others; null: it keeps no count, or does not know the class.</summary>
    public long? KnownFrom { get; init; }

    /// <summary>Of a combination (the label of images that show several classes, or none): its classes; null: it is a class.</summary>
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    /// <summary>Of a class: images of the run that have it with others, which are counted at their combination.</summary>
    public int TrainWithOthers { get; init; }

    public int ValidationWithOthers { get; init; }

    public int TestWithOthers { get; init; }

    public bool IsCombination => MemberIds is not null;

    /// <summary>Training images that have it, alone or with others.</summary>
    public int AllTrain => Train + TrainWithOthers;

    /// <summary>Validation images that have it, alone or with others.</summary>
    public int AllValidation => Validation + ValidationWithOthers;

    /// <summary>Test images that have it, alone or with others.</summary>
    public int AllTest => Test + TestWithOthers;

    /// <summary>Labels whose classes know how many of these images show them with others.</summary>
    /// <param name="labels">Classes and combinations.</param>
    /// <param name="among">The labels whose images count.</param>
    public static IReadOnlyList<ClassReadiness> WithOthers(IReadOnlyList<ClassReadiness> labels, IReadOnlyList<ClassReadiness> among)
    {
        var with = among.Where(item => item.IsCombination).SelectMany(item => item.MemberIds!.Select(id => (Id: id, Item: item))).ToLookup(pair => pair.Id, pair => pair.Item);
        return
        [
            .. labels.Select(label => label with
            {
                TrainWithOthers = with[label.ClassId].Sum(item => item.Train),
                ValidationWithOthers = with[label.ClassId].Sum(item => item.Validation),
                TestWithOthers = with[label.ClassId].Sum(item => item.Test),
            }),
        ];
    }
}
