using LabelStudio.Web.Account;

namespace LabelStudio.Web.Tests.Account;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("/projects/1?tab=2", "projects/1?tab=2")]
    [InlineData("/", "./")]
    [InlineData(null, "./")]
    [InlineData("", "./")]
    [InlineData("//evil.example", "./")]
    [InlineData("/\\evil.example", "./")]
    [InlineData("https://evil.example", "./")]
    [InlineData("javascript:alert(1)", "./")]
    [InlineData("/account/login?returnUrl=/", "./")]
    [InlineData("/a\tb", "./")]
    public void Address_AfterSignIn_NeverLeadsElsewhere(string? given, string expected) =>
        Assert.Equal(expected, LocalAddress.Of(given));
}
