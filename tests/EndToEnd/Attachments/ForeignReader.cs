using System.Diagnostics;
using System.Text.Json;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>Libraries that nobody here wrote: <c>tests/Clients/Readers</c>.</summary>
internal static class ForeignReader
{
    /// <summary>What a reader makes of an attachment.</summary>
    internal sealed record Part(
        string? Filename, string ContentType, string? Disposition, string? ContentId, string Sha256, string? Method = null,
        string? Name = null, IReadOnlyList<string>? Defects = null);

    /// <summary>The parts of a message.</summary>
    internal static Task<List<Part>> ReadAsync(string reader, byte[] message) => ReadAsync<Part>(reader, message);

    /// <summary>What a library makes of its input, a value a line.</summary>
    internal static async Task<List<T>> ReadAsync<T>(string reader, byte[] input)
    {
        await DistributionProgram.NpmAsync();
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "Clients", "Readers", "read"), [reader])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = (Output: process.StandardOutput.ReadToEndAsync(), Errors: process.StandardError.ReadToEndAsync());
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Deadline.Sweep);
        Assert.True(process.ExitCode == 0, await said.Errors);
        return [.. (await said.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<T>(line, _snake)!)];
    }

    private static readonly JsonSerializerOptions _snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
