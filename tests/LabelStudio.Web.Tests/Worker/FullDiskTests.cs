using System.Diagnostics;
using System.Globalization;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Tests.Worker;

[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly string _disk = Directory.CreateTempSubdirectory("small-disk-").FullName;
    private bool _isMounted;

    public async ValueTask InitializeAsync() => _isMounted = await MountAsync("-t", "tmpfs", "-o", "size=1m", "small", _disk);

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
        {
            await RunAsync("umount", _disk);
        }
        Directory.Delete(_disk);
    }

    [Fact]
    public async Task Run_TrainersDiskFull_FailsWithAdviceAndSucceedsOnceThereIsRoom()
    {
        Assert.SkipUnless(_isMounted, "A disk of 1 MB could not be made: that needs the right to mount one.");
        await using var server = new TrainingServer { WorkFolder = _disk };
        await server.InitializeAsync();

        var runId = await server.LaunchAsync(new TrainingPlan { Epochs = 3, SidePx = TrainingServer.SmallSidePx, BatchSize = 16 });
        var failed = await server.UntilAsync(runId, view => view.State == RunState.Failed);

        Assert.Contains($"The disk with '{_disk}", failed.Failure, StringComparison.Ordinal);
        Assert.Contains("Make room", failed.Failure, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Assert.Single(Directory.GetDirectories(_disk)), runId.ToString("D")));
        Assert.True(await MountAsync("-o", "remount,size=200m", _disk));
        await server.Control.ResumeAsync(server.UserId, runId, TestContext.Current.CancellationToken);
        await server.UntilAsync(runId, view => view.State == RunState.Succeeded);
    }

    private static Task<bool> MountAsync(params string[] arguments) => RunAsync("mount", arguments);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        var start = new ProcessStartInfo(program) { RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start) ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} did not start."));
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
