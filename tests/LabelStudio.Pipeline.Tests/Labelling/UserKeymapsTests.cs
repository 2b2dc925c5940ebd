using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class UserKeymapsTests
{
    [Fact]
    public async Task SetAsync_ReplacesThePersonsKeysAndNobodyElses()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var keymaps = lab.Studio.Get<UserKeymaps>();
        await keymaps.SetAsync(lab.UserId, Keys("skip", "q"), CancellationToken.None);
        await keymaps.SetAsync(other, Keys("skip", "w"), CancellationToken.None);

        await keymaps.SetAsync(lab.UserId, Keys("discard", "Ctrl+m"), CancellationToken.None);

        Assert.Equal(["discard"], (await keymaps.GetAsync(lab.UserId, CancellationToken.None)).Keys);
        Assert.Equal(["w"], (await keymaps.GetAsync(other, CancellationToken.None))["skip"]);
    }

    [Fact]
    public async Task SetAsync_MoreThanAKeymap_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var keymaps = lab.Studio.Get<UserKeymaps>();

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => keymaps.SetAsync(lab.UserId, Keys("skip", new string('q', 500)), CancellationToken.None));
        Assert.Empty(await keymaps.GetAsync(lab.UserId, CancellationToken.None));
    }

    private static Dictionary<string, string[]> Keys(string command, string key) => new() { [command] = [key] };
}
