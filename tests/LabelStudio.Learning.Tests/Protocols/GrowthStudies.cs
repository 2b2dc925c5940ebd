using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>
/// Ten classes of pictures with the preset Balanced, by several ways of training: each is trained once for all tests, and all
/// increments go on from one first model.
/// </summary>
/// <param name="data">Folder with train and test.</param>
/// <param name="plan">How to train.</param>
/// <param name="perClass">Pictures of a class to learn from, at most.</param>
public abstract class GrowthStudies(string data, TrainingPlan plan, int perClass) : IDisposable
{
    private const int First = 6;
    private static readonly int[] AddedTo = [8, 10];
    private readonly Lazy<FineTuneStudy> _pictures = new(() => PictureStudy.Open(data, perClass));
    private readonly Dictionary<string, IncrementStudy> _studies = [];

    /// <summary>All classes at once.</summary>
    internal IncrementStudy Joint => JointOf(plan.Seed);

    /// <summary>The same with another seed.</summary>
    internal IncrementStudy JointOf(int seed) =>
        Once($"joint, seed {seed}", () => Steps(new(_pictures.Value, plan with { Seed = seed }, "joint"), [10]));

    /// <summary>All classes at once by the closed form on the pretrained backbone.</summary>
    internal IncrementStudy Frozen => Once("frozen", () => New("frozen", 10));

    /// <summary>Six classes, then two, then two, with all old images.</summary>
    internal IncrementStudy Rehearsal => Continued("rehearsal");

    private IncrementStudy FirstModel => Once("first", () => New("rehearsal", First));

    /// <summary>The same steps by another way from the same first model.</summary>
    internal IncrementStudy Continued(string method) =>
        Once($"continued by {method}", () => Steps(new(_pictures.Value, plan, method, FirstModel.Model), [First, .. AddedTo]));

    public void Dispose()
    {
        if (_pictures.IsValueCreated)
        {
            _pictures.Value.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    private IncrementStudy Once(string name, Func<IncrementStudy> make)
    {
        if (!_studies.TryGetValue(name, out var study))
        {
            _studies[name] = study = make();
        }
        return study;
    }

    private IncrementStudy New(string method, int classes) => Steps(new(_pictures.Value, plan, method), [classes]);

    private static IncrementStudy Steps(IncrementStudy study, int[] stages)
    {
        foreach (var classes in stages)
        {
            study.To(classes);
        }
        return study;
    }
}
