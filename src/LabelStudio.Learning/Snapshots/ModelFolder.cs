using System.Security.Cryptography;
using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Snapshots;

/// <summary>
/// A model version on disk: <c>manifest.json</c>, <c>manifest.sha256</c>, <c>model.safetensors</c> (timm's names and
/// <c>classifier</c>), <c>model.onnx</c> and <c>closed-form.safetensors</c> (sums by which the head grows without old images;
/// models of older versions of the program lack it). Written once, whole or not at all, and never changed.
/// </summary>
public static class ModelFolder
{
    /// <summary>Says what the folder holds.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>The manifest's own hash, in the form that the command sha256sum reads.</summary>
    public const string ManifestHashFile = "manifest.sha256";

    /// <summary>All weights.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>The network as ONNX: image to logits and probabilities.</summary>
    public const string OnnxFile = "model.onnx";

    /// <summary>What the closed form keeps of the training images.</summary>
    public const string ClosedFormFileName = "closed-form.safetensors";

    private const string ClassifierWeight = "classifier.weight";
    private const string ClassifierBias = "classifier.bias";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>
    /// Writes a model into a temporary folder beside the target, checks it by reading it back, and renames it: the folder
    /// is there whole or not at all.
    /// </summary>
    /// <param name="folder">Target, which must not exist yet.</param>
    /// <param name="manifest">What it holds; <see cref="ModelManifest.FileHashes"/> and <see cref="ModelManifest.Preprocessing"/> are filled here.</param>
    /// <param name="backbone">The backbone's tensors by timm's names, without the classifier.</param>
    /// <param name="head">The head; its classes are those of the manifest.</param>
    /// <param name="writeOnnx">Writes the ONNX file to the path it is given.</param>
    /// <param name="closedForm">Sums of the training images on this backbone; null: none are kept.</param>
    /// <exception cref="ArgumentException">The head's classes are not those of the manifest.</exception>
    /// <exception cref="IOException">The folder exists already, or the disk is full or refuses.</exception>
    public static void Write(
        string folder,
        ModelManifest manifest,
        IReadOnlyDictionary<string, WeightTensor> backbone,
        LinearHead head,
        Action<string> writeOnnx,
        ClosedFormSums? closedForm = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(writeOnnx);
        if (!manifest.ClassIndices.Equals(head.Classes))
        {
            throw new ArgumentException("The manifest names other classes, or in another order, than the head.", nameof(head));
        }

        if (Directory.Exists(folder))
        {
            throw new IOException($"The model folder '{folder}' exists already. A model version is never overwritten.");
        }

        var temporary = $"{folder.TrimEnd(Path.DirectorySeparatorChar)}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            WriteWeights(Path.Combine(temporary, WeightsFile), backbone, head);
            writeOnnx(Path.Combine(temporary, OnnxFile));
            if (closedForm is not null)
            {
                ClosedFormFile.Write(Path.Combine(temporary, ClosedFormFileName), closedForm, head.Classes);
                var images = closedForm.CountsByClass;
                manifest = manifest with { Classes = [.. manifest.Classes.Select(entry => entry with { Images = images.GetValueOrDefault(entry.Id) })] };
            }

            WriteManifest(temporary, manifest);
            Read(temporary);
            Directory.Move(temporary, folder);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Reads the manifest and checks every file against its hash. Thread-safe.</summary>
    /// <exception cref="ModelFolderException">The folder or a file is missing, cut off or changed, or of a newer format.</exception>
    public static ModelManifest Read(string folder)
    {
        try
        {
            var manifest = ReadManifest(folder);
            foreach (var file in (string[])[WeightsFile, OnnxFile])
            {
                if (!manifest.FileHashes.ContainsKey(file))
                {
                    throw Refuse(folder, $"its manifest does not name '{file}'");
                }
            }

            foreach (var (file, hash) in manifest.FileHashes)
            {
                // A name with a path in it would have other files hashed than those of the folder.
                if (file != Path.GetFileName(file) || Hash(Path.Combine(folder, file)) != hash)
                {
                    throw Refuse(folder, $"the file '{file}' is not the one that was written");
                }
            }

            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw Refuse(folder, "a file is missing or unreadable", error);
        }
    }

    /// <summary>Reads the head, after checking the folder as <see cref="Read"/> does. Thread-safe.</summary>
    /// <exception cref="ModelFolderException">The folder cannot be used.</exception>
    public static LinearHead ReadHead(string folder)
    {
        var manifest = Read(folder);
        var tensors = ReadWeights(folder).Tensors;
        if (!tensors.TryGetValue(ClassifierWeight, out var weight)
            || !tensors.TryGetValue(ClassifierBias, out var bias)
            || weight.Shape is not [var classes, var size]
            || classes != manifest.Classes.Count
            || bias.Shape is not [var biases]
            || biases != classes)
        {
            throw Refuse(folder, "its classifier does not fit the classes of its manifest");
        }

        return new LinearHead(manifest.ClassIndices, (int)size, weight.Values, bias.Values);
    }

    /// <summary>Reads the backbone's tensors, without the classifier, after checking the folder. Thread-safe.</summary>
    /// <exception cref="ModelFolderException">The folder cannot be used.</exception>
    public static WeightFile ReadBackbone(string folder)
    {
        Read(folder);
        return WeightFile.Of(ReadWeights(folder).Tensors
            .Where(pair => pair.Key is not (ClassifierWeight or ClassifierBias))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));
    }

    /// <summary>Numbers that were trained, here or before: all weights but the running means and variances. Thread-safe.</summary>
    /// <exception cref="ModelFolderException">The weights cannot be read.</exception>
    public static long CountParameters(string folder) => ReadWeights(folder).Tensors
        .Where(pair => !pair.Key.Contains(".running_", StringComparison.Ordinal)).Sum(pair => (long)pair.Value.Values.Length);

    /// <summary>Reads the closed-form sums, after checking the folder; null: the model keeps none. Thread-safe.</summary>
    /// <exception cref="ModelFolderException">The folder cannot be used.</exception>
    public static ClosedFormSums? ReadClosedForm(string folder)
    {
        var manifest = Read(folder);
        if (!manifest.FileHashes.ContainsKey(ClosedFormFileName))
        {
            return null;
        }

        try
        {
            return ClosedFormFile.Read(Path.Combine(folder, ClosedFormFileName), manifest.ClassIndices);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw Refuse(folder, "its closed-form sums cannot be read", error);
        }
    }

    private static void WriteWeights(string path, IReadOnlyDictionary<string, WeightTensor> backbone, LinearHead head)
    {
        var tensors = new Dictionary<string, WeightTensor>(backbone, StringComparer.Ordinal)
        {
            [ClassifierWeight] = new([head.Classes.Count, head.EmbeddingSize], head.Weight),
            [ClassifierBias] = new([head.Classes.Count], head.Bias),
        };
        WeightFile.Write(path, tensors);
    }

    private static void WriteManifest(string folder, ModelManifest manifest)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray();
        foreach (var file in files)
        {
            FlushToDisk(file);
        }

        var hashes = files.ToDictionary(file => Path.GetFileName(file), Hash, StringComparer.Ordinal);
        var path = Path.Combine(folder, ManifestFile);
        WriteText(path, JsonSerializer.Serialize(manifest with { FileHashes = hashes, Preprocessing = manifest.PreprocessingOrDerived }, s_json));
        WriteText(Path.Combine(folder, ManifestHashFile), $"{Hash(path)}  {ManifestFile}\n");
    }

    private static ModelManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, ManifestFile);
        if (!File.Exists(path))
        {
            throw Refuse(folder, $"it holds no '{ManifestFile}'");
        }

        if (!File.ReadAllText(Path.Combine(folder, ManifestHashFile)).StartsWith(Hash(path) + " ", StringComparison.Ordinal))
        {
            throw Refuse(folder, "its manifest is not the one that was written");
        }

        var manifest = JsonSerializer.Deserialize<ModelManifest>(File.ReadAllText(path)) ?? throw Refuse(folder, "its manifest is empty");
        return manifest.FormatVersion switch
        {
            > ModelManifest.CurrentFormatVersion => throw new ModelFolderException(
                $"The model in '{folder}' was written by a newer version of the program. Update the program to use it."),
            < 1 => throw Refuse(folder, "its format version is unknown"),
            _ => manifest,
        };
    }

    private static WeightFile ReadWeights(string folder)
    {
        try
        {
            return WeightFile.Read(Path.Combine(folder, WeightsFile));
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw Refuse(folder, "its weights cannot be read", error);
        }
    }

    private static ModelFolderException Refuse(string folder, string because, Exception? cause = null)
    {
        var message = $"The model in '{folder}' cannot be used: {because}. Restore the folder from a backup, or promote another model version.";
        return cause is null ? new ModelFolderException(message) : new ModelFolderException(message, cause);
    }

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void WriteText(string path, string text)
    {
        File.WriteAllText(path, text);
        FlushToDisk(path);
    }

    /// <summary>Else a power cut after the rename could leave a named folder of empty files.</summary>
    private static void FlushToDisk(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }
}
