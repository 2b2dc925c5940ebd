using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Benchmarks.Data;

/// <summary>The pretrained backbone as the program uses it, its graph in a temporary folder.</summary>
internal sealed class Backbone : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("benchmark-backbone-").FullName;

    public Backbone(int sidePx, int threads)
    {
        SidePx = sidePx;
        Embedder = OnnxEmbedder.Open(BackboneDescriptor.EfficientNetLite0, WeightsPath(), _folder, sidePx, threads);
    }

    public int SidePx { get; }

    public OnnxEmbedder Embedder { get; }

    /// <summary>The ONNX graph that the embedder runs.</summary>
    public string GraphPath => Directory.GetFiles(_folder, "*.onnx").Single();

    public void Dispose()
    {
        Embedder.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Beside the program, or in the repository's data folder above it.</summary>
    public static string WeightsPath()
    {
        var name = Path.Combine("weights", BackboneDescriptor.EfficientNetLite0.Name, "model.safetensors");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var path in (string[])[Path.Combine(folder.FullName, name), Path.Combine(folder.FullName, "data", name)])
            {
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        throw new FileNotFoundException($"The backbone's weights '{name}' are neither beside the program nor in a data folder above it.");
    }
}
