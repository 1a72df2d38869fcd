using System.Xml.Linq;
using Mail.Hosting;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>One place says which version this is.</summary>
public sealed class ProductVersionTests
{
    private static readonly string _version =
        XDocument.Load(Path.Combine(Checkout.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void A_service_has_the_version_of_the_build() => Assert.Equal(_version, ProductVersion.Current.Number);

    [Theory]
    [InlineData("1.2.3+3f2a9c10d5", "1.2.3", "3f2a9c10d5", "1.2.3 (3f2a9c1)")]
    [InlineData("1.2.3-rc.1", "1.2.3-rc.1", null, "1.2.3-rc.1")]
    [InlineData("1.2.3+", "1.2.3", null, "1.2.3")]
    public void The_commit_is_said_where_the_build_knew_it(string informational, string number, string? commit, string said)
    {
        var version = ProductVersion.Parse(informational);
        Assert.Equal((number, commit, said), (version.Number, version.Commit, version.ToString()));
    }

    [Fact]
    public void The_images_label_has_the_same_version() =>
        Assert.Contains($"ARG VERSION={_version}\n", File.ReadAllText(Path.Combine(Checkout.Root, "Dockerfile")), StringComparison.Ordinal);
}
