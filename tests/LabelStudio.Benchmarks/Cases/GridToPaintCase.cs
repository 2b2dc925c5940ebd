using System.Globalization;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>A person labels many images of the grid by one key in a real browser on the real program, and takes it back.</summary>
internal sealed class GridToPaintCase : IBenchmarkCase
{
    /// <summary>Presses the key and tells when the tiles on screen were painted with the label, and when the page said that all is saved.</summary>
    private const string PressAndWatch = """
        async (key) => {
          const message = document.querySelector('.grid-message [data-part=message]');
          const tile = document.querySelector('.tile');
          const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          const until = (node, isSo) => new Promise((resolve) => {
            const look = () => { if (isSo()) { observer.disconnect(); resolve(); } };
            const observer = new MutationObserver(look);
            observer.observe(node, { subtree: true, childList: true, characterData: true, attributes: true });
            look();
          });
          const shown = until(tile.parentElement, () => [...document.querySelectorAll('.tile')].every((one) => one.dataset.state === 'Labelled'));
          const saved = until(message, () => /labelled/.test(message.textContent));
          const start = performance.now();
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, code: `Digit${key}`, bubbles: true, cancelable: true }));
          await shown;
          await painted();
          const paint = performance.now() - start;
          await saved;
          await painted();
          return [paint, performance.now() - start];
        }
        """;

    public string Name => "grid-to-paint";

    public string Purpose => "milliseconds from a class key until many chosen tiles are painted with their label, and until all is saved, in Chromium";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("data", "DIR", "folder of class folders"),
        new("images", "N", "pictures to label at once (500)"),
        new("rounds", "N", "times they are labelled and taken back (20)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (images, rounds) = (options.Number("images", 500), options.Number("rounds", 20));
        using var photos = new LabelledPhotos(options.RequiredFolder("data"), int.MaxValue, int.MaxValue);
        var files = photos.FilesOf(photos.Classes).Take(images).ToArray();
        await using var session = await StudioSession.StartWithoutTrainerAsync(stop);
        var (page, steps) = (session.Page, session.Steps);
        await log.WriteLineAsync("Uploading the pictures and computing their embeddings.");
        var project = await steps.CreateProjectAsync("Measured");
        await steps.CreateClassAsync(project, "Chosen");
        await new StudioCalls(page).ImportAsync(project, files.Select(file => (Path.GetFileName(file), file)));
        await steps.WaitForEmbeddingsAsync(project);
        var (painted, saved) = (new Latencies(), new Latencies());
        for (var round = 0; round < rounds; round++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
            await Expect(page.Locator("[data-part=selected]")).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"{files.Length} selected"));
            var times = await page.EvaluateAsync<double[]>(PressAndWatch, "1");
            painted.Add(TimeSpan.FromMilliseconds(times[0]));
            saved.Add(TimeSpan.FromMilliseconds(times[1]));
            await page.Keyboard.PressAsync("Control+z");
            await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync($"Undone for {files.Length} images.");
            await Expect(page.Locator(".tile[data-state=Labelled]")).ToHaveCountAsync(0);
        }

        var figures = new Figures().Add("images", (long)files.Length);
        painted.AddTo(figures, "key_to_labelled_tiles_painted");
        saved.AddTo(figures, "key_to_all_saved");
        return figures.Add("cores", (long)Environment.ProcessorCount);
    }
}
