namespace Mail.Hosting;

/// <summary>
/// <c>--health-check [path]</c>: asks the running instance beside it, for container health checks in images that have
/// no shell and no curl.
/// </summary>
public static class HealthProbe
{
    /// <summary>Whether the arguments ask for a probe rather than for the service.</summary>
    public static bool Wanted(string[] args) => args is ["--health-check", ..];

    /// <summary>0 where the path (<c>/health/live</c> where left out) answers 2xx within three seconds, else 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var path = args.ElementAtOrDefault(1) ?? "/health/live";
        var urls = Environment.GetEnvironmentVariable("ASPNETCORE_URLS")?.Split(';')[0]
            .Replace("*", "127.0.0.1", StringComparison.Ordinal).Replace("+", "127.0.0.1", StringComparison.Ordinal);
        var address = urls ?? $"http://127.0.0.1:{Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] ?? "8080"}";
        try
        {
            // The environment's proxy is for the world outside.
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(3) };
            using var answer = await client.GetAsync(new Uri(new Uri(address), path));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
