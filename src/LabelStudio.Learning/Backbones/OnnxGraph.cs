using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace LabelStudio.Learning.Backbones;

/// <summary>Builds an ONNX model node by node. Not thread-safe.</summary>
/// <remarks>Source: the ONNX operator specification, operator set 17.</remarks>
internal sealed class OnnxGraph
{
    internal const string BatchDimension = "batch";
    private const int OperatorSet = 17;
    private const int IrVersion = 8;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    internal OnnxGraph(string name) => _graph = new GraphProto { Name = name };

    /// <summary>Goes on with a graph that is there.</summary>
    internal OnnxGraph(GraphProto graph) => _graph = graph;

    /// <summary>Puts what is added meanwhile before the nodes that are there: a node may only use what comes before it.</summary>
    internal void Begin(Action add)
    {
        var later = _graph.Node.ToArray();
        _graph.Node.Clear();
        add();
        _graph.Node.Add(later);
    }

    /// <summary>Declares float32 input of the given dimensions; a text is a dimension that each run chooses.</summary>
    internal string Input(string name, params object[] dimensions)
    {
        _graph.Input.Add(Value(name, dimensions));
        return name;
    }

    /// <summary>Declares a node's result as float32 output of the graph.</summary>
    internal void Output(string name, params object[] dimensions) => _graph.Output.Add(Value(name, dimensions));

    /// <summary>Adds a text that a reader of the model finds beside the graph.</summary>
    internal void Describe(string key, string value) => _metadata[key] = value;

    /// <summary>Adds a constant float32 tensor and gives its name back.</summary>
    internal string Constant(string name, ReadOnlySpan<float> values, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.AddRange(shape);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        _graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds a node and gives its result's name back.</summary>
    internal string Node(string operation, string result, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = result };
        node.Input.AddRange(inputs);
        node.Output.Add(result);
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        _graph.Node.Add(node);
        return result;
    }

    /// <summary>Writes the model; an existing file is replaced only once the new one is whole and on the disk.</summary>
    internal void Write(string path)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "LabelStudio.Net", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        Write(path, model);
    }

    /// <summary>Writes the graph as that of a model that is there, with its operator sets.</summary>
    internal void Write(string path, ModelProto model)
    {
        model.MetadataProps.AddRange(_metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        // Several processes may write the same graph at once: each has its own temporary file.
        var temporary = $"{path}.{Guid.CreateVersion7():N}.tmp";
        using (var stream = File.Create(temporary))
        {
            model.WriteTo(stream);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static ValueInfoProto Value(string name, object[] dimensions)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dimensions.Select(dimension => dimension is string text
            ? new TensorShapeProto.Types.Dimension { DimParam = text }
            : new TensorShapeProto.Types.Dimension { DimValue = (int)dimension }));
        return new()
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int number:
                attribute.Type = AttributeProto.Types.AttributeType.Int;
                attribute.I = number;
                break;
            case long[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            default:
                throw new ArgumentException($"Attribute '{name}' has the type {value.GetType().Name}, which is not written.", nameof(value));
        }
        return attribute;
    }
}
