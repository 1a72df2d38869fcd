namespace Mail.ConfigService.Requests;

/// <summary>A body that nobody will look at.</summary>
internal static class DiscardedBody
{
    private const int MaxBytes = 96 * 1024 * 1024;

    /// <summary>
    /// Reads it to its end and throws it away, up to a bound: a caller that is cut off in mid-upload sees a reset instead of the refusal.
    /// </summary>
    internal static async Task ReadAsync(HttpContext context)
    {
        var (reader, total) = (context.Request.BodyReader, 0L);
        while (total <= MaxBytes)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            total += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }

        Close(context);
    }

    /// <summary>Says with the answer that the connection ends. A refusal clears the headers that are set before it.</summary>
    internal static void Close(HttpContext context) => context.Response.OnStarting(() =>
    {
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    });
}
