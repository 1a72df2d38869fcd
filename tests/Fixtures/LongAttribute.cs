using Xunit;
using Xunit.v3;

namespace Mail.Tests.Fixtures;

/// <summary>
/// A test that waits for minutes, or that varies one that is run always. <c>./mail test</c> leaves it out;
/// <c>./mail test --long</c> runs it, and so does its name as a filter. A row of a theory has the trait itself.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LongAttribute : Attribute, ITraitAttribute
{
    /// <summary>The trait by which the test runner knows it.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Length", "long")];

    /// <summary>Whether a test is running that is over soon. What several tests share is not such a test's.</summary>
    internal static bool IsShortTest => TestContext.Current.Test?.Traits.ContainsKey("Length") == false;
}
