using AngleSharp.Dom;
using Bunit;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Tests.Components;

public sealed class SharedPartsTests : BunitContext
{
    public SharedPartsTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Fact]
    public void ClassChip_HostileName_StaysText()
    {
        var chip = Render<ClassChip>(parameters => parameters
            .Add(part => part.Name, "<script>alert(1)</script>")
            .Add(part => part.Colour, "#0b6e78")
            .Add(part => part.Hotkey, "1"));

        Assert.Equal("<script>alert(1)</script>", chip.Find(".class-chip-name").TextContent);
        Assert.Equal("1", chip.Find("kbd").TextContent);
        Assert.Empty(chip.FindAll("script"));
    }

    [Fact]
    public void ImageThumbnail_AnImage_HasAnAddressThatChangesWithItsContent()
    {
        var hash = new string('a', 64);

        var tile = Render<ImageThumbnail>(parameters => parameters
            .Add(part => part.ImageId, 7)
            .Add(part => part.Sha256, hash)
            .Add(part => part.FileName, "cat \"1\".jpg"));

        var picture = tile.Find("img");
        Assert.Equal($"images/7/thumbnail?v={hash}", picture.GetAttribute("src"));
        Assert.Equal("cat \"1\".jpg", picture.GetAttribute("alt"));
        Assert.Equal("lazy", picture.GetAttribute("loading"));
    }

    [Fact]
    public void EmptyState_WithActions_DrawsThemBelowTheText()
    {
        var state = Render<EmptyState>(parameters => parameters
            .Add(part => part.Title, "No image yet")
            .Add(part => part.Text, "Drop some.")
            .AddChildContent("<button>Upload</button>"));

        Assert.Equal("No image yet", state.Find("h2").TextContent);
        Assert.Equal("Upload", state.Find("button").TextContent);
        Assert.NotNull(state.Find("svg"));
    }

    [Fact]
    public void MarkdownText_RawHtml_StaysText()
    {
        var text = Render<MarkdownText>(parameters => parameters.Add(part => part.Text, "**Bold** <img src=x onerror=alert(1)>"));

        Assert.Equal("Bold", text.Find("strong").TextContent);
        Assert.Empty(text.FindAll("img"));
    }
}
