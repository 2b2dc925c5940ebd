using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>What adding classes to images, or taking them away, is about to do, said before it does.</summary>
/// <param name="Now">What the images are.</param>
/// <param name="ClassIds">The classes that they get as well, or lose.</param>
/// <param name="Removes">They lose them.</param>
/// <param name="IsLong">It goes on by itself.</param>
public sealed record SetChangePreview(int Count, SelectionCounts Now, IReadOnlyList<Guid> ClassIds, bool Removes, bool IsLong)
{
    public string Question => $"Change {Figures.Count(Count, "image", "images")}?";

    /// <summary>One label changed is a correction; more may be a slip.</summary>
    public bool NeedsAnswer(IReadOnlyList<ClassInfo> classes) => IsLong || Effects(classes).Where(effect => effect.Changes).Sum(effect => effect.Count) > 1;

    public string Text(IReadOnlyList<ClassInfo> classes)
    {
        var names = string.Join(" + ", classes.Where(item => ClassIds.Contains(item.Id)).Select(item => item.Name));
        var images = Figures.Count(Count, "image", "images");
        var act = Removes ? $"{names} {Verb("is", "are")} taken away from {images}" : $"{names} {Verb("is", "are")} added to {images}";
        var told = Effects(classes).Where(effect => effect.Count > 0).Select(effect => $"{Figures.Count(effect.Count)} {(effect.Count == 1 ? effect.One : effect.Many)}");
        return $"{act}: {string.Join(", ", told)}. {(IsLong ? "It goes on when you leave this page, and one undo takes it back." : "One undo takes it back.")}";
    }

    private List<Effect> Effects(IReadOnlyList<ClassInfo> classes)
    {
        var labels = (Now.ByClass ?? new Dictionary<Guid, int>()).Select(label => (Members: MembersOf(label.Key, classes), Count: label.Value)).ToList();
        int Images(Func<IReadOnlyCollection<Guid>, bool> are) => labels.Where(label => are(label.Members)).Sum(label => label.Count);
        if (Removes)
        {
            return
            [
                new(Images(members => Loses(members) && members.Except(ClassIds).Any()), "keeps its other classes", "keep their other classes", true),
                new(Images(members => Loses(members) && !members.Except(ClassIds).Any()), "has no other and will be unlabelled", "have no other and will be unlabelled", true),
                new(Images(members => !Loses(members)) + Now.Unlabelled + Now.Discarded, $"does not have {It}", $"do not have {It}", false),
            ];
        }

        return
        [
            new(Images(members => !HasAll(members) && !GivesWay(members, classes)), $"gets {It} as well", $"get {It} as well", true),
            new(Images(members => !HasAll(members) && GivesWay(members, classes)), $"loses what it has, as that does not go with {It}", $"lose what they have, as that does not go with {It}", true),
            new(Images(HasAll), $"has {It} already", $"have {It} already", false),
            new(Now.Unlabelled, "has no label yet", "have no label yet", false),
            new(Now.Discarded, "is discarded now and will not be any more", "are discarded now and will not be any more", true),
        ];
    }

    private bool Loses(IReadOnlyCollection<Guid> members) => members.Any(ClassIds.Contains);

    private bool HasAll(IReadOnlyCollection<Guid> members) => !ClassIds.Except(members).Any();

    /// <summary>"None of these" goes with no other class, neither when it is there nor when it comes.</summary>
    private bool GivesWay(IReadOnlyCollection<Guid> members, IReadOnlyList<ClassInfo> classes)
    {
        bool IsNegative(Guid id) => classes.Any(item => item.Id == id && item.IsNegative);
        return members.Any(IsNegative) || (members.Count > 0 && ClassIds.Any(IsNegative));
    }

    private static IReadOnlyCollection<Guid> MembersOf(Guid labelId, IReadOnlyList<ClassInfo> classes) =>
        classes.FirstOrDefault(item => item.Id == labelId)?.MemberIds ?? [labelId];

    private string It => Verb("it", "them");

    private string Verb(string one, string many) => ClassIds.Count == 1 ? one : many;

    /// <param name="Changes">Those images' labels are other ones then.</param>
    private sealed record Effect(int Count, string One, string Many, bool Changes);
}
