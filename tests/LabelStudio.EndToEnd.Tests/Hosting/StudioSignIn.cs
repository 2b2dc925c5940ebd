using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>The sign-in form, which may also stand in a second tab.</summary>
public sealed class StudioSignIn(IPage page)
{
    public async Task SubmitAsync(string email, string password)
    {
        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/account/", StringComparison.Ordinal));
    }
}
