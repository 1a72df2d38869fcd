using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Emails;

/// <summary><c>GET /scheduled-emails/{id}</c>: the whole e-mail.</summary>
internal static class GetEmail
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/scheduled-emails/{id}", async (string id, HttpContext context, IDocumentStore store, Circumstances circumstances) =>
        {
            _ = new Query(context).Checked();
            return await RunAsync(id, Caller.Of(context), store, circumstances, context.RequestAborted);
        }).WithName("GetEmail").WithTags("Single e-mails");

    internal static async Task<EmailView> RunAsync(string id, Caller caller, IDocumentStore store, Circumstances circumstances, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        return await ViewAsync(session, await Unit.EmailAsync(session, id, caller, cancellationToken), circumstances, cancellationToken);
    }

    /// <summary>The e-mail with its body, as answers show it.</summary>
    internal static async Task<EmailView> ViewAsync(IQuerySession session, ScheduledEmail email, Circumstances circumstances, CancellationToken cancellationToken) => EmailView.Whole(
        email,
        await session.LoadAsync<EmailBody>(email.BodyId, cancellationToken),
        // What is no longer pending hangs on nothing.
        email.Status == EmailStatus.Pending ? await circumstances.LookAsync(cancellationToken) : Circumstances.Seen.Nothing);
}
