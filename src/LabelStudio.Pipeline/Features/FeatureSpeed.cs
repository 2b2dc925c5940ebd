namespace LabelStudio.Pipeline.Features;

/// <summary>Images per second over the last batches. Thread-safe.</summary>
internal sealed class FeatureSpeed(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Queue<(long At, int Images)> _batches = [];

    public double ImagesPerSecond
    {
        get
        {
            lock (_gate)
            {
                Forget();
                if (_batches.Count < 2)
                {
                    return 0;
                }
                // The first batch only marks where the time starts.
                var images = _batches.Skip(1).Sum(batch => batch.Images);
                var elapsed = clock.GetElapsedTime(_batches.Peek().At).TotalSeconds;
                return elapsed > 0 ? images / elapsed : 0;
            }
        }
    }

    public void Add(int images)
    {
        lock (_gate)
        {
            Forget();
            _batches.Enqueue((clock.GetTimestamp(), images));
        }
    }

    private void Forget()
    {
        while (_batches.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) > Window)
        {
            _batches.Dequeue();
        }
    }
}
