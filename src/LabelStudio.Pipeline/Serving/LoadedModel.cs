using LabelStudio.Learning.Inference;

namespace LabelStudio.Pipeline.Serving;

/// <summary>A model in memory and how many use it: closing it under a running call would end the program.</summary>
internal sealed class LoadedModel(ModelPredictor predictor, Func<ClassActivation> openActivation)
{
    private readonly Lock _gate = new();

    // Seldom asked for, and as large as the model itself: loaded at the first question.
    private readonly Lazy<ClassActivation> _activation = new(openActivation);

    // The list of loaded models is the first user.
    private int _users = 1;

    public ModelPredictor Predictor { get; } = predictor;

    public ClassActivation Activation => _activation.Value;

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
        if (_activation.IsValueCreated)
        {
            _activation.Value.Dispose();
        }
    }
}
