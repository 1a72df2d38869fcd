using System.Diagnostics;
using System.Text.Json;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>Libraries that verify Standard Webhooks, and that nobody here wrote: <c>tests/Clients/Webhooks</c>.</summary>
internal static class ForeignVerifier
{
    /// <summary>Whether <c>standardwebhooks</c> or <c>svix</c> of npm takes a delivery for genuine.</summary>
    internal static bool Verify(string library, string secret, WebhookReceiver.Received received)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "Clients", "Webhooks", "verify"), [library])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(JsonSerializer.Serialize(new
        {
            secret,
            id = received.Id,
            timestamp = received.Timestamp,
            signature = received.Signature,
            body = received.Body,
        }));
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() == "verified" : throw new InvalidOperationException(errors);
    }
}
