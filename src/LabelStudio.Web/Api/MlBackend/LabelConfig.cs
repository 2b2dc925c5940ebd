using System.Xml;
using System.Xml.Linq;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>What a Label Studio labelling interface (its "label config") says of where an answer belongs.</summary>
/// <param name="FromName">Name of its Choices.</param>
/// <param name="ToName">Name of its Image.</param>
/// <param name="DataKey">Under which key of a task's data the picture's address stands.</param>
/// <param name="Choices">The classes it knows.</param>
public sealed record LabelConfig(string FromName, string ToName, string DataKey, IReadOnlyList<LabelChoice> Choices)
{
    /// <summary>A picture may get several of its choices, or none.</summary>
    public bool TakesSeveral { get; init; }

    // The interface of a project is some kilobytes; what is larger is no interface.
    private const long LongestConfig = 4 * 1024 * 1024;

    /// <summary>Reads the interface's XML.</summary>
    /// <exception cref="InvalidRequestException">No XML, or nothing in it that classifies images.</exception>
    public static LabelConfig Read(string? xml)
    {
        var root = Parse(xml ?? "");
        var images = root.DescendantsAndSelf().Where(element => Is(element, "Image")).ToList();
        foreach (var choices in root.DescendantsAndSelf().Where(element => Is(element, "Choices")))
        {
            var names = choices.Descendants().Where(element => Is(element, "Choice")).Select(ChoiceOf).OfType<LabelChoice>().ToList();
            var image = images.Find(element => Attribute(element, "name") is { } name && name == Attribute(choices, "toName"));
            if (names.Count > 0 && Attribute(choices, "name") is { } fromName && image is not null && Attribute(image, "value") is ['$', .. { Length: > 0 } key])
            {
                return new LabelConfig(fromName, Attribute(image, "name")!, key, names) { TakesSeveral = Attribute(choices, "choice") == "multiple" };
            }
        }

        throw new InvalidRequestException(
            "The labelling interface classifies no images. Give it an <Image name=\"image\" value=\"$image\"/> and <Choices name=\"choice\" toName=\"image\"> with a <Choice value=\"…\"/> for each class.");
    }

    /// <summary>The choice that a class of ours is: by value, alias, other names, and only then whatever the case; null: it has none.</summary>
    public LabelChoice? Find(string className) =>
        Choices.FirstOrDefault(choice => choice.Value == className)
        ?? Choices.FirstOrDefault(choice => choice.Alias == className)
        ?? Choices.FirstOrDefault(choice => choice.PredictedValues.Contains(className))
        ?? Choices.FirstOrDefault(choice => choice.PredictedValues.Append(choice.Value).Append(choice.Alias).Contains(className, StringComparer.OrdinalIgnoreCase));

    private static XElement Parse(string xml)
    {
        try
        {
            using var text = new StringReader(xml);
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = LongestConfig });
            return XElement.Load(reader);
        }
        catch (XmlException error)
        {
            throw new InvalidRequestException($"The labelling interface is no XML: {error.Message}", error);
        }
    }

    private static LabelChoice? ChoiceOf(XElement element) => Attribute(element, "value") is { } value
        ? new LabelChoice(value, Attribute(element, "alias"), (Attribute(element, "predicted_values") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        : null;

    private static bool Is(XElement element, string tag) => element.Name.LocalName.Equals(tag, StringComparison.OrdinalIgnoreCase);

    private static string? Attribute(XElement element, string name) => element.Attribute(name)?.Value is { Length: > 0 } value ? value : null;
}
