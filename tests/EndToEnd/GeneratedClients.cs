using System.Diagnostics;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Clients that NSwag, Kiota and openapi-typescript generate from the document of a running system: <c>tests/Clients/generate</c>.
/// </summary>
public sealed class GeneratedClients(SharedSystem system) : IAsyncLifetime
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(15);
    private static readonly string _folder = Path.Combine(Repository.Root, "tests", "Clients");

    private readonly string _address = system.Mail.ConfigServices[0].Address.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        await DistributionProgram.NpmAsync();
        await RunAsync(Path.Combine(_folder, "generate"), _address);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs the application that was written for one of the generated clients. Returns the lines that it prints.</summary>
    /// <param name="generator">Which generator.</param>
    /// <param name="client">The <c>client_id</c> that it works for.</param>
    public async Task<IReadOnlyList<string>> CallAsync(string generator, string client)
    {
        string[] program = generator == "openapi-typescript"
            ? ["node", Path.Combine(_folder, "TypeScript", "Generated", "shop.js")]
            : ["dotnet", Path.Combine(_folder, "CSharp", "bin", "Release", "net10.0", "Clients.dll"), generator];
        var said = await RunAsync(program[0], [.. program[1..], _address, MailSystem.OperatorKey, client]);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What Spectral and Redocly find in the document.</summary>
    public Task<string> LintAsync() => RunAsync(Path.Combine(_folder, "generate"), "lint", _address);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(_longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
