namespace Mail.ConfigService.Requests;

internal static class HeadRequests
{
    private static readonly object _isHead = new();

    /// <summary>Whether the caller wants the headers alone, so that a long body need not be made.</summary>
    internal static bool Is(HttpContext context) => context.Items.ContainsKey(_isHead);

    /// <summary>
    /// Answers <c>HEAD</c> wherever <c>GET</c> is answered, with the same headers (RFC 9110 section 9.3.2). The server itself sends no body
    /// for it.
    /// </summary>
    internal static void UseHeadRequests(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Request.Method = HttpMethods.Get;
        context.Items[_isHead] = true;
        try
        {
            await next(context);
        }
        finally
        {
            // For the line in the log.
            context.Request.Method = HttpMethods.Head;
        }
    });
}
