using PostgresScheduler;
using PublicApiGenerator;

namespace Mail.Tests.Decisions;

/// <summary>What others build on changes on purpose only: the approved file changes in the same commit.</summary>
public sealed class ApprovedTests
{
    [Fact]
    public async Task The_schedulers_public_api_is_the_approved_one()
    {
        var api = typeof(TimerTable).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false });
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Approved", "PostgresScheduler.txt"));
        Assert.Equal(approved.ReplaceLineEndings().Trim(), api.ReplaceLineEndings().Trim());
    }
}
