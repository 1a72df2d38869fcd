using System.Text.Json;

namespace Mail.Local.Running;

/// <summary>Servers of this machine, asked over HTTP.</summary>
internal static class Http
{
    // No proxy that is meant for elsewhere.
    internal static HttpClient Client { get; } =
        new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Whether it answers with success, and soon.</summary>
    internal static async Task<bool> AnswersAsync(string address)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            using var answer = await Client.GetAsync(new Uri(address), soon.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception silent) when (IsSilence(silent))
        {
            return false;
        }
    }

    /// <summary>Whether it is that nothing, or nothing sensible, was answered.</summary>
    internal static bool IsSilence(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or TimeoutException or JsonException;
}
