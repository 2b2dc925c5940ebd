using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>What axe finds serious on pages, and pages wider than the screen.</summary>
internal static class PageFindings
{
    private const int WideWidth = 1366;
    private const int PhoneWidth = 390;

    /// <summary>Light on a wide screen, then dark on a phone.</summary>
    public static async Task<List<string>> WideAndPhoneAsync(IPage page, IReadOnlyList<string> addresses) =>
        [.. await WideAsync(page, addresses), .. await LookAsync(page, addresses, ColorScheme.Dark, PhoneWidth)];

    public static Task<List<string>> WideAsync(IPage page, IReadOnlyList<string> addresses) =>
        LookAsync(page, addresses, ColorScheme.Light, WideWidth);

    private static async Task<List<string>> LookAsync(IPage page, IReadOnlyList<string> addresses, ColorScheme colours, int width)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = colours });
        await page.SetViewportSizeAsync(width, 844);
        var findings = new List<string>();
        foreach (var address in addresses)
        {
            await page.GotoAsync(address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToBeEmptyAsync();
            await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
            var result = await page.RunAxe();
            findings.AddRange(result.Violations.Where(IsSerious).Select(found => $"{address}, {colours}, {width}: {found.Id}: {found.Nodes[0].Html}"));
            var contentWidth = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (contentWidth > width)
            {
                findings.Add($"{address}, {width}: {contentWidth} pixels wide");
            }
        }

        return findings;
    }

    private static bool IsSerious(AxeResultItem found) => found.Impact is "serious" or "critical";
}
