using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>What axe finds serious on pages, focus that is not seen, and pages wider than the screen.</summary>
internal static class PageFindings
{
    /// <summary>
    /// What can have the focus and does not show it, by an outline, a shadow or another colour of itself or of what is drawn
    /// around it: a person without a mouse would not know where they are. Asked after a key, so that focus is meant to be seen.
    /// </summary>
    private const string UnseenFocus = """
        () => {
          const look = (element) => {
            const looks = [];
            for (let it = element, level = 0; it && level < 3; it = it.parentElement, level++) {
              for (const part of [null, '::before', '::after']) {
                const style = getComputedStyle(it, part);
                looks.push(style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth, style.opacity);
              }
            }
            return looks.join();
          };
          const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
          return all.filter((element) => {
            // The component library's fields have a border beside them that changes slowly.
            if (!element.checkVisibility() || element.disabled || element.closest('.mud-input')) return false;
            element.focus({ preventScroll: true });
            if (document.activeElement !== element) return false;
            const focused = look(element);
            element.blur();
            return focused === look(element);
          }).map((element) => element.outerHTML.slice(0, 140));
        }
        """;

    /// <summary>
    /// Runs axe and tells what is serious. In the page itself: the package's own way opens a second page for every look, which
    /// takes longer than looking.
    /// </summary>
    private const string SeriousFindings = """
        async () => (await axe.run({ resultTypes: ['violations'] })).violations
          .filter((found) => found.impact === 'serious' || found.impact === 'critical')
          .map((found) => `${found.id}: ${found.nodes[0].html}`)
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

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
            await page.EvaluateAsync(Axe);
            findings.AddRange((await page.EvaluateAsync<string[]>(SeriousFindings)).Select(found => $"{address}, {colours}, {width}: {found}"));
            await page.Keyboard.PressAsync("Tab");
            findings.AddRange((await page.EvaluateAsync<string[]>(UnseenFocus)).Select(element => $"{address}, {colours}, {width}: focus is not seen on {element}"));
            var contentWidth = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (contentWidth > width)
            {
                findings.Add($"{address}, {width}: {contentWidth} pixels wide");
            }
        }

        return findings;
    }
}
