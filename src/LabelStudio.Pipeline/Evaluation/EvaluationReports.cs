namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Reads the test results of model versions.</summary>
public sealed class EvaluationReports
{
    public Task<EvaluationReport> GetAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Exactly the test images of one cell of the confusion matrix, least certain first.</summary>
    public Task<IReadOnlyList<TestPrediction>> ImagesOfCellAsync(
        Guid userId, Guid modelVersionId, Guid trueClassId, Guid predictedClassId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Test images the parent had right and this model has wrong.</summary>
    public Task<IReadOnlyList<TestPrediction>> BrokenAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Test images the parent had wrong and this model has right.</summary>
    public Task<IReadOnlyList<TestPrediction>> FixedAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What the model said about each test image.</summary>
    public Task<IReadOnlyList<TestPrediction>> PredictionsAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
