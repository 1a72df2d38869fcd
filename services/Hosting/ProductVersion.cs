using System.Reflection;

namespace Mail.Hosting;

/// <summary>The version that runs: <c>Version</c> of <c>Directory.Build.props</c>, and the commit where the build knew it.</summary>
/// <param name="Number">Such as <c>1.0.0</c>.</param>
/// <param name="Commit">The commit's whole id; null where the build did not know it.</param>
public sealed record ProductVersion(string Number, string? Commit)
{
    private const int ShortCommit = 7;

    /// <summary>This build's.</summary>
    public static ProductVersion Current { get; } =
        Parse(typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <summary>The version for people: <c>1.0.0 (3f2a9c1)</c>.</summary>
    public override string ToString() => Commit is null ? Number : $"{Number} ({Commit[..Math.Min(Commit.Length, ShortCommit)]})";

    /// <summary>Reads what the SDK makes of both: <c>1.0.0+3f2a9c1…</c>.</summary>
    internal static ProductVersion Parse(string informational) => informational.Split('+', 2) switch
    {
        [var number, { Length: > 0 } commit] => new(number, commit),
        var parts => new(parts[0], null),
    };
}
