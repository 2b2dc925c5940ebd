using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Composition;
using LabelStudio.Web.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Tests.Worker;

public sealed class EstimateThreadsTests
{
    /// <summary>What a run will take is measured with the threads that the trainer gets, not with all that the server has.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("3")]
    public void Threads_OfEstimates_AreTheTrainers(string? setting)
    {
        var folder = Directory.CreateTempSubdirectory("studio-threads-");
        try
        {
            var services = new ServiceCollection();
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Studio:LocalTrainer:Threads", setting)]).Build());
            services.AddSingleton(new StudioPaths(new StudioOptions { DataPath = folder.FullName }));
            services.AddTrainers();
            using var provider = services.BuildServiceProvider();

            var threads = provider.GetRequiredService<IOptions<RunEstimatesOptions>>().Value.Threads;

            Assert.Equal(setting is null ? Math.Max(1, Environment.ProcessorCount / 2) : 3, threads);
            Assert.Equal(provider.GetRequiredService<IOptions<LocalTrainerOptions>>().Value.ThreadCount, threads);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
