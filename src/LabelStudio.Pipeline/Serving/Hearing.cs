using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// Hears the advisers on one image after another and takes the word of one: of the promoted model, unless it has not read the
/// image or the live head sees a class there that the model does not know. Not thread-safe: one for each thread.
/// </summary>
internal sealed class Hearing(Advisers advisers)
{
    private readonly float[] _promoted = new float[advisers.Promoted?.Classifier.Classes.Count ?? 0];
    private readonly float[] _live = new float[advisers.Live?.Classifier.Classes.Count ?? 0];

    /// <summary>Whose word was taken of the last image.</summary>
    /// <param name="sha256">The image.</param>
    /// <param name="logits">By the adviser's classes; good until the next image. May be written to.</param>
    /// <returns>Null: nobody has read the image.</returns>
    public Adviser? Ask(string sha256, out Span<float> logits)
    {
        var hasLive = Fill(advisers.Live, sha256, _live);
        var usesPromoted = Fill(advisers.Promoted, sha256, _promoted) && !(hasLive && LiveSeesWhatIsUnknown());
        logits = usesPromoted ? _promoted : _live;
        return usesPromoted ? advisers.Promoted : hasLive ? advisers.Live : null;
    }

    /// <summary>The same as probabilities.</summary>
    public Adviser? AskProbabilities(string sha256, out Span<float> probabilities)
    {
        var adviser = Ask(sha256, out probabilities);
        if (adviser is not null)
        {
            TemperatureScaling.Softmax(probabilities, probabilities.Length, 1, adviser.Classifier.Temperature);
        }

        return adviser;
    }

    private bool LiveSeesWhatIsUnknown() =>
        advisers.Promoted!.Classifier.Classes.IndexOf(advisers.Live!.Classifier.Classes[TensorPrimitives.IndexOfMax<float>(_live)]) < 0;

    private static bool Fill(Adviser? adviser, string sha256, float[] logits)
    {
        if (adviser is null || !adviser.Store.TryGet(sha256, out var embedding))
        {
            return false;
        }

        adviser.Classifier.Logits(embedding.Span, 1, logits);
        return true;
    }
}
