namespace LabelStudio.Learning.Backbones;

/// <summary>
/// The backbones that can be trained and served, each with its pretrained weights in a folder of its name: a further one
/// costs one descriptor in <see cref="Shipped"/> and one file of weights. Immutable and thread-safe.
/// </summary>
public sealed class BackboneRegistry
{
    private readonly string _weightsFolder;

    /// <param name="weightsFolder">Holds a folder for each backbone with <c>model.safetensors</c> and <c>LICENSE</c>.</param>
    /// <param name="all">The backbones, the default first.</param>
    /// <exception cref="ArgumentException">There is none, or two have the same name.</exception>
    public BackboneRegistry(string weightsFolder, IReadOnlyList<BackboneDescriptor> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (all.Count == 0 || all.DistinctBy(backbone => backbone.Name).Count() < all.Count)
        {
            throw new ArgumentException("There must be at least one backbone, and their names must differ.", nameof(all));
        }
        (_weightsFolder, All) = (weightsFolder, all);
    }

    /// <summary>The backbones that come with the program. The first one stays first: models and runs that name none have it.</summary>
    public static IReadOnlyList<BackboneDescriptor> Shipped { get; } = [BackboneDescriptor.EfficientNetLite0];

    /// <summary>All, the default first.</summary>
    public IReadOnlyList<BackboneDescriptor> All { get; }

    /// <summary>What a new project's images are embedded with, and a first training starts from unless its plan names another.</summary>
    public BackboneDescriptor Default => All[0];

    /// <summary>The backbone of this name; null when the program has none of it.</summary>
    /// <param name="name">As in manifests and plans; null is the default.</param>
    public BackboneDescriptor? Find(string? name) => name is null ? Default : All.FirstOrDefault(backbone => backbone.Name == name);

    /// <summary>What is wrong with a name that <see cref="Find"/> does not know, and what to do, for people.</summary>
    /// <param name="name">The unknown name.</param>
    public string UnknownMessage(string name) =>
        $"This program has no backbone '{name}'. It knows {string.Join(", ", All.Select(backbone => $"'{backbone.Name}'"))}: choose one of these, or use the version of the program that has it.";

    /// <summary>File of the pretrained weights.</summary>
    public string WeightsPath(BackboneDescriptor backbone) => PathOf(backbone, "model.safetensors");

    /// <summary>File with the licence of the pretrained weights.</summary>
    public string LicencePath(BackboneDescriptor backbone) => PathOf(backbone, "LICENSE");

    private string PathOf(BackboneDescriptor backbone, string file)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return Path.Combine(_weightsFolder, backbone.Name, file);
    }
}
