using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace LabelStudio.Learning.Backbones;

/// <summary>A loaded ONNX graph with one picture input and float32 outputs of one row a picture. Thread-safe.</summary>
internal sealed class OnnxSession : IDisposable
{
    // Bigger batches gained nothing on a CPU, and the largest one ever run decides how much memory the session keeps.
    private const int MaxBatch = 16;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly long[] _imageShape;

    /// <param name="path">The ONNX file.</param>
    /// <param name="sidePx">S of the pictures [N, 3, S, S].</param>
    /// <param name="threads">Threads of one run.</param>
    /// <param name="input">Name of the input that takes the pictures; null: the first.</param>
    /// <exception cref="OnnxRuntimeException">No ONNX graph that can be run.</exception>
    internal OnnxSession(string path, int sidePx, int threads, string? input = null)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // Memory patterns are made for one shape; batches differ.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // A server is idle most of the time and shares its cores with libtorch: waiting threads must sleep.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        _session = new(path, options);
        _inputs = [input ?? _session.InputNames[0]];
        _imageShape = [0, 3, sidePx, sidePx];
    }

    /// <summary>Runs all pictures and copies one output.</summary>
    /// <param name="images">float32 [count, 3, S, S].</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="output">Name of the output.</param>
    /// <param name="rows">Receives float32 [count, ...]; its length is count times one row.</param>
    internal void Run(ReadOnlyMemory<float> images, int count, string output, Span<float> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var imageLength = checked((int)(_imageShape[1] * _imageShape[2] * _imageShape[3]));
        if (images.Length != count * imageLength)
        {
            throw new ArgumentException($"{count} pictures of {imageLength} floats were announced and {images.Length} floats given.", nameof(images));
        }
        for (var begin = 0; begin < count; begin += MaxBatch)
        {
            var batch = Math.Min(MaxBatch, count - begin);
            var part = MemoryMarshal.AsMemory(images.Slice(begin * imageLength, batch * imageLength));
            var rowLength = rows.Length / count;
            RunBatch(part, batch, output, rows.Slice(begin * rowLength, batch * rowLength));
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private void RunBatch(Memory<float> images, int batch, string output, Span<float> rows)
    {
        long[] shape = [batch, .. _imageShape[1..]];
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, images, shape);
        using var results = _session.Run(_run, _inputs, [input], [output]);
        var values = results[0].GetTensorDataAsSpan<float>();
        if (values.Length != rows.Length)
        {
            throw new ArgumentException($"The output '{output}' has {values.Length} numbers for {batch} pictures and room for {rows.Length} was given.", nameof(rows));
        }
        values.CopyTo(rows);
    }
}
