using System.Globalization;
using System.Runtime.InteropServices;

namespace LabelStudio.Pipeline.Features;

/// <summary>Work that must not slow down somebody who labels: it gets the processor time that is left over.</summary>
public static partial class LowPriority
{
    private const int Niceness = 10;
    private const int PriorityOfProcess = 0;

    /// <summary>Starts a thread of low priority; threads that native libraries start from it inherit that on Linux.</summary>
    public static Thread Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            // .NET ignores Thread.Priority on Linux, where each thread has a niceness of its own.
            LowerThread(thread: 0);
            work();
        })
        {
            Name = name,
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return thread;
    }

    /// <summary>Does a work on a thread of low priority.</summary>
    internal static Task<T> RunAsync<T>(string name, Func<T> work) => ThreadResult.Of(run => Start(name, run), work);

    /// <summary>Lowers the priority of this whole process, present threads included. A refusal is no error.</summary>
    public static void LowerProcess()
    {
        const string tasks = "/proc/self/task";
        if (!Directory.Exists(tasks))
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            process.PriorityClass = System.Diagnostics.ProcessPriorityClass.BelowNormal;
            return;
        }
        foreach (var task in Directory.EnumerateDirectories(tasks))
        {
            LowerThread(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture));
        }
    }

    private static void LowerThread(int thread)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(PriorityOfProcess, thread, Niceness);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);
}
