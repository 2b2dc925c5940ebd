using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Hundreds of images that may have several classes: given, added, taken away by a few keys, and each taken back by one undo.</summary>
[Trait("Speed", "Slow")]
public sealed class SeveralClassesGridTests(SharedServer server)
{
    private const int Images = 500;

    [Fact]
    public async Task Grid_SeveralClasses_AreReplacedAddedAndRemovedByKeyboard()
    {
        using var photos = new LabelledPhotos(classes: 5, imagesPerClass: Images / 5);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateProjectAsync("Several");
        await studio.Steps.GoAsync(project, "settings");
        await page.GetByLabel("An image may have several classes").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Expect(page.GetByText("The settings were saved.")).ToBeVisibleAsync();
        await studio.Steps.CreateClassAsync(project, "Dog");
        await studio.Steps.CreateClassAsync(project, "Cat");
        await new StudioCalls(page).ImportAsync(project, photos.FilesOf(photos.Classes).Select(file => (Path.GetFileName(file), file)));
        await studio.Steps.GoAsync(project, "images?sort=fileName");
        await Expect(page.GetByTestId("grid-count")).ToHaveTextAsync($"{Images} images");
        var (message, first, apply) = (page.Locator(".grid-message [data-part=message]"), page.Locator(".tile-text").First, page.GetByTestId("apply-classes"));

        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("2");
        await Expect(apply).ToContainTextAsync($"Label {Images} images Dog + Cat");
        await page.Keyboard.PressAsync("Enter");
        await Expect(message).ToHaveTextAsync($"{Images} images labelled Dog + Cat.");
        await Expect(first).ToHaveTextAsync("Dog + Cat");

        // The first three: without Cat, then with it again while one has it already.
        await page.Locator(".tile").Nth(0).ClickAsync();
        await page.Locator(".tile").Nth(2).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await page.Keyboard.PressAsync("-");
        await page.Keyboard.PressAsync("2");
        await Expect(apply).ToContainTextAsync("Remove Cat from 3 images");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Cat is taken away from 3 images: 3 keep their other classes.");
        // The page is to go on before it could read what its own action has changed: that was nobody else's decision.
        var mayRead = new TaskCompletionSource();
        await page.RouteAsync(new Regex("/images/ids"), async route =>
        {
            await mayRead.Task;
            await route.ContinueAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Change them" }).ClickAsync();
        await Expect(message).ToHaveTextAsync("3 images without Cat now.");
        await Expect(first).ToHaveTextAsync("Dog");

        await page.Locator(".tile").Nth(0).ClickAsync();
        await page.Locator(".tile").Nth(3).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await page.Keyboard.PressAsync("+");
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("Enter");
        mayRead.SetResult();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("3 get it as well, 1 has it already");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change them" }).ClickAsync();
        await Expect(message).ToHaveTextAsync("3 images labelled Cat as well. 1 had it already.");
        await Expect(first).ToHaveTextAsync("Dog + Cat");

        // That an image shows none has to be said.
        await page.Locator(".tile").Nth(0).ClickAsync();
        await page.Keyboard.PressAsync("=");
        await page.GetByRole(AriaRole.Button, new() { Name = "No class" }).ClickAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(message).ToHaveTextAsync("1 image labelled No class.");
        await Expect(first).ToHaveTextAsync("No class");

        foreach (var (count, label) in new[] { ("1 image", "Dog + Cat"), ("3 images", "Dog"), ("3 images", "Dog + Cat"), ($"{Images} images", null) })
        {
            await page.Keyboard.PressAsync("Control+z");
            await Expect(message).ToHaveTextAsync($"Undone for {count}.");
            await (label is null ? Expect(page.Locator(".tile[data-state=Labelled]")).ToHaveCountAsync(0) : Expect(first).ToHaveTextAsync(label));
        }

        Assert.Empty(studio.Browser.Errors);
    }
}
