namespace Mail.ConfigService.Requests;

internal static class HeadRequests
{
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
