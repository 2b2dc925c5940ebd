using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Chooses libtorch's thread count by trying: with other work on the machine one thread can be several times faster than two,
/// as they wait for each other by spinning.
/// </summary>
internal static class ThreadChoice
{
    /// <summary>Sets the faster of one thread and the present count, and gives it back. Equal times keep the present count.</summary>
    internal static int SetFaster(Action work, TimeProvider clock)
    {
        var present = get_num_threads();
        if (present == 1)
        {
            return present;
        }
        work();
        var many = Time(work, clock);
        set_num_threads(1);
        var one = Time(work, clock);
        if (one >= many)
        {
            set_num_threads(present);
            return present;
        }
        return 1;
    }

    private static TimeSpan Time(Action work, TimeProvider clock)
    {
        var begin = clock.GetTimestamp();
        work();
        work();
        return clock.GetElapsedTime(begin);
    }
}
