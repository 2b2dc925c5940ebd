using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>Clothing with the preset Balanced, by several ways of training: each is trained once for all tests, and all increments go on from one first model.</summary>
public sealed class ClothingStudies : IDisposable
{
    private const int First = 6;
    private static readonly int[] AddedTo = [8, 10];
    private readonly Lazy<FineTuneStudy> _pictures = new(() => PictureStudy.Open("clothing"));
    private readonly Lazy<IncrementStudy> _first, _joint, _rehearsal;

    public ClothingStudies()
    {
        _joint = new(() => New("joint", 10));
        _first = new(() => New("rehearsal", First));
        _rehearsal = new(() => Continued("rehearsal"));
    }

    /// <summary>All classes at once.</summary>
    internal IncrementStudy Joint => _joint.Value;

    /// <summary>Six classes, then two, then two, with all old images.</summary>
    internal IncrementStudy Rehearsal => _rehearsal.Value;

    /// <summary>The same steps by another way from the same first model.</summary>
    internal IncrementStudy Continued(string method) => Steps(new(_pictures.Value, TrainingPlan.Balanced, method, _first.Value.Model), [First, .. AddedTo]);

    public void Dispose()
    {
        if (_pictures.IsValueCreated)
        {
            _pictures.Value.Dispose();
        }
    }

    private IncrementStudy New(string method, int classes) => Steps(new(_pictures.Value, TrainingPlan.Balanced, method), [classes]);

    private static IncrementStudy Steps(IncrementStudy study, int[] stages)
    {
        foreach (var classes in stages)
        {
            study.To(classes);
        }
        return study;
    }
}
