using LabelStudio.Learning.Inference;

namespace LabelStudio.Pipeline.Serving;

/// <summary>A model in memory and how many use it: closing it under a running call would end the program.</summary>
internal sealed class LoadedModel(ModelPredictor predictor)
{
    private readonly Lock _gate = new();
    // The list of loaded models is the first user.
    private int _users = 1;

    public ModelPredictor Predictor { get; } = predictor;

    /// <returns>False when it is closed already.</returns>
    public bool TryUse()
    {
        lock (_gate)
        {
            if (_users == 0)
            {
                return false;
            }
            _users++;
            return true;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            if (--_users > 0)
            {
                return;
            }
        }
        Predictor.Dispose();
    }
}
