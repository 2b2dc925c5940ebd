using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// From where a run starts: the parent model grown by the new classes, or the pretrained backbone with a head of zeros.
/// </summary>
internal sealed class RunStart
{
    /// <param name="assignment">The run.</param>
    /// <param name="options">What the trainer brings along.</param>
    /// <param name="parent">The model it extends; null: none.</param>
    /// <param name="extractor">Folder of the user's own feature extractor that it starts from; null: none, or the parent's.</param>
    public RunStart(RunAssignment assignment, RunOptions options, ParentModel? parent, string? extractor)
    {
        (Assignment, Parent) = (assignment, parent);
        Extractor = extractor ?? (parent is not null && ExtractorFolder.IsIn(parent.Folder) ? parent.Folder : null);
        Descriptor = Extractor is not null ? options.Backbones.Default : BackboneOf(assignment, options.Backbones, parent);
        BackboneIsPretrained = Extractor is null && (parent?.Manifest.BackboneIsPretrained ?? true);
        WeightsPath = Extractor ?? (BackboneIsPretrained ? options.Backbones.WeightsPath(Descriptor) : Path.Combine(parent!.Folder, ModelFolder.WeightsFile));
        Backbone = Extractor is not null ? WeightFile.Of(new Dictionary<string, WeightTensor>())
            : BackboneIsPretrained ? WeightFile.Read(WeightsPath)
            : ModelFolder.ReadBackbone(parent!.Folder);
        Key = Extractor is not null ? ExtractorEmbedder.KeyOf(Extractor) : new EmbeddingKey(Descriptor.WeightsHash(Backbone), SideOf(assignment.Plan), ImagePreprocessing.Version);
        EmbeddingSize = Extractor is not null ? parent?.Head.EmbeddingSize ?? SizeOf(Extractor, options) : Descriptor.EmbeddingSize;
        Classes = (parent?.Head.Classes ?? ClassIndexMap.Empty).Append(assignment.Classes.Select(item => item.Id));
        Combined = CombinedRows.Of(Classes, MembersOf);
        Entries = [.. Classes.ClassIds.Select((classId, index) => new ClassEntry(classId, NameOf(classId), index) { MemberIds = MembersOf(classId) })];
    }

    public RunAssignment Assignment { get; }

    public ParentModel? Parent { get; }

    /// <summary>The network: the parent's, else the one the plan names. An extractor has none, and this then says nothing.</summary>
    public BackboneDescriptor Descriptor { get; }

    public WeightFile Backbone { get; }

    public bool BackboneIsPretrained { get; }

    /// <summary>Folder of the user's own frozen extractor that stands for the backbone; null: the program's backbone.</summary>
    public string? Extractor { get; }

    /// <summary>What an embedder is opened with.</summary>
    public string WeightsPath { get; }

    public int SidePx => Key.SidePx;

    public int EmbeddingSize { get; }

    public EmbeddingKey Key { get; }

    /// <summary>The parent's classes at their indices, the new ones behind them.</summary>
    public ClassIndexMap Classes { get; }

    public IReadOnlyList<ClassEntry> Entries { get; }

    /// <summary>Which of the classes are combinations of others; null: none.</summary>
    public CombinedRows? Combined { get; }

    /// <summary>How many of the first classes the parent knows, combinations among them; 0 in a first training.</summary>
    public int OldClassCount => Parent?.Head.Classes.Count ?? 0;

    /// <summary>The parent's head gets new rows that are learned; those of new combinations are sums.</summary>
    public bool HasNewClasses => Parent is not null && NewClassCount > 0;

    /// <summary>Classes that the parent knows, without their combinations.</summary>
    public int KeptClassCount => Enumerable.Range(0, OldClassCount).Count(IsClass);

    private int NewClassCount => Enumerable.Range(OldClassCount, Classes.Count - OldClassCount).Count(IsClass);

    /// <summary>
    /// The closed form of the training images, with what the parent keeps of those that are gone as far as that is of the same
    /// backbone and image size.
    /// </summary>
    public StartSums SumsOf(EmbeddingSet train) => StartSums.Of(train, Classes, SidePx == Parent?.Manifest.SidePx ? Parent.ClosedForm : null);

    /// <summary>
    /// The head before the first step. Old rows are the parent's bit for bit; new rows come from the closed form of the
    /// training images, so that a new class works at once. A first training starts at zero.
    /// </summary>
    /// <param name="sums">The closed form; looked at only when there are new classes.</param>
    /// <param name="log">Told what it starts from.</param>
    public LinearHead HeadFor(StartSums? sums, Action<string> log)
    {
        if (Parent is null)
        {
            return LinearHead.Zero(Classes, EmbeddingSize);
        }
        var (kept, joined) = (KeptClassCount, Classes.Count - OldClassCount);
        log(Combined is null
            ? $"Starting from the promoted model: {kept} classes are kept as they are, {joined} are new."
            : $"Starting from the promoted model: classes kept as they are: {kept}, combinations of them: {OldClassCount - kept}; new classes: {NewClassCount}, new combinations: {joined - NewClassCount}.");
        if (!HasNewClasses || sums is null)
        {
            return Combined?.WithSums(Parent.Head.GrowTo(Classes), OldClassCount) ?? Parent.Head;
        }
        if (sums.FilledIn.Count > 0)
        {
            log($"{sums.FilledIn.Count} classes{(Combined is null ? "" : " or combinations")} have few or no images shown to this run (left out, or few are left): what the model keeps of them stands in.");
        }
        return sums.Grow(Parent.Head, Classes, Assignment.Plan.Seed, Combined);
    }

    /// <summary>
    /// Why the backbone is not trained although the plan says so; null: it is. A class the run does not have, such as an archived
    /// one, has no say. Classes are judged by their images alone and with others: that a combination is rare or new means nothing.
    /// </summary>
    public string? WhyBackboneStaysStill(DatasetManifest dataset)
    {
        if (Parent is null)
        {
            return null;
        }
        var trainCounts = dataset.Entries.Where(entry => entry.Split == Split.Train && Classes.IndexOf(entry.ClassId) >= 0)
            .SelectMany(entry => ClassesOf(Classes.IndexOf(entry.ClassId))).Where(index => index < OldClassCount)
            .CountBy(index => index).ToDictionary();
        var lost = dataset.Classes.Select(item => Parent.Head.Classes.IndexOf(item.Id)).Count(index => index >= 0 && IsClass(index) && !trainCounts.ContainsKey(index));
        var old = trainCounts.Select(pair => new OldClassImages(pair.Value, KnownFrom(pair.Key))).ToList();
        return OldImages.WhyBackboneStaysStill(Assignment.Plan, old, NewClassCount, lost);
    }

    /// <summary>Images that the parent knows a class from, alone or with others; null: it keeps no count.</summary>
    private long? KnownFrom(int classIndex)
    {
        var entries = Parent!.Manifest.Classes;
        return entries.FirstOrDefault(entry => entry.Id == Classes[classIndex])?.Images is null
            ? null
            : entries.Where(entry => ClassesOf(Classes.IndexOf(entry.Id)).Contains(classIndex)).Sum(entry => entry.Images ?? 0);
    }

    /// <summary>Some of these labels show a class that the parent knows, alone or with others.</summary>
    public bool KnowsAnOldClass(IEnumerable<Guid> labelIds) =>
        labelIds.Select(Classes.IndexOf).Where(index => index >= 0).Any(index => index < OldClassCount || ClassesOf(index).Any(member => member < OldClassCount));

    private bool IsClass(int index) => Combined?.IsCombination(index) != true;

    private IReadOnlyList<int> ClassesOf(int index) => Combined?.ClassesOf(index) ?? [index];

    /// <summary>The same start for a run of the head alone, on embeddings of the parent's own image size.</summary>
    public RunStart WithBackboneStill(RunOptions options) =>
        new(Assignment with { Plan = Assignment.Plan with { Layers = TrainedLayers.HeadOnly } }, options, Parent, Extractor);

    /// <summary>A head alone goes on from the parent's embeddings, which are of its image size; a trained backbone learns another.</summary>
    private int SideOf(TrainingPlan plan) => plan.Layers == TrainedLayers.HeadOnly ? Parent?.Manifest.SidePx ?? plan.SidePx : plan.SidePx;

    private int SizeOf(string extractor, RunOptions options)
    {
        using var embedder = options.OpenEmbedder(Descriptor, extractor, ExtractorFolder.Read(extractor).SidePx);
        return embedder.EmbeddingSize;
    }

    private static BackboneDescriptor BackboneOf(RunAssignment assignment, BackboneRegistry backbones, ParentModel? parent)
    {
        var name = parent?.Manifest.Backbone ?? assignment.Plan.Backbone;
        return backbones.Find(name) ?? throw new RunFailedException(backbones.UnknownMessage(name!));
    }

    /// <summary>Of a label that the parent knows the parent says what it is made of: by that its row was learned.</summary>
    private IReadOnlyList<Guid>? MembersOf(Guid labelId) => Parent?.Manifest.Classes.FirstOrDefault(item => item.Id == labelId) is { } known
        ? known.MemberIds
        : Assignment.Classes.FirstOrDefault(item => item.Id == labelId)?.MemberIds;

    private string NameOf(Guid classId) =>
        Assignment.Classes.FirstOrDefault(item => item.Id == classId)?.Name
        ?? Parent?.Manifest.Classes.FirstOrDefault(item => item.Id == classId)?.Name
        ?? classId.ToString();
}
