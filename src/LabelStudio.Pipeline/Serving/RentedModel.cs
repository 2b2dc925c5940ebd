using LabelStudio.Learning.Inference;

namespace LabelStudio.Pipeline.Serving;

/// <summary>A loaded model that stays loaded until this is disposed.</summary>
internal sealed class RentedModel(LoadedModel model) : IDisposable
{
    private LoadedModel? _model = model;

    public ModelPredictor Predictor => Model.Predictor;

    public ClassActivation Activation => Model.Activation;

    private LoadedModel Model => _model ?? throw new ObjectDisposedException(nameof(RentedModel));

    public void Dispose()
    {
        Interlocked.Exchange(ref _model, null)?.Release();
    }
}
