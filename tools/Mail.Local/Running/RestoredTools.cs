using Mail.Local.Processes;

namespace Mail.Local.Running;

/// <summary>The .NET tools of this checkout, <c>.config/dotnet-tools.json</c>.</summary>
internal static class RestoredTools
{
    internal static async Task RestoreAsync(Checkout checkout)
    {
        // A second try: on a new machine a first one has found a package without its command.
        for (var attempt = 1; ; attempt++)
        {
            var result = await new Tool("dotnet", "tool", "restore") { WorkingDirectory = checkout.Root }.RunAsync();
            if (result.ExitCode == 0)
                return;
            if (attempt == 2)
                throw new LocalException($"dotnet tool restore failed: {result.All.Trim()}");
        }
    }
}
