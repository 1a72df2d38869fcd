using Mail.ConfigService.Access;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/{id}/cancel</c>. Cancel and claim are both one conditional update of the same row: whoever
/// comes first wins, so a 200 means never sent.
/// </summary>
internal sealed class CancelEmail(Unit unit, Circumstances circumstances, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/scheduled-emails/{id}/cancel", async (string id, HttpContext context, CancelEmail cancel) =>
        {
            _ = new Query(context).Checked();
            await RequestBody.RefuseFieldsAsync(context);
            return await cancel.RunAsync(id, Caller.Of(context), context.RequestAborted);
        }).WithName("CancelEmail").WithTags("Single e-mails");

    internal Task<EmailView> RunAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        unit.RunAsync(async work =>
        {
            var moved = await Transitions.CancelAsync(
                work.Connection, [EmailMove.Cancel(Unit.EmailId(id), CancelReason.Cancelled, null, $"cancelled by {caller.Name}", instance.Name)], cancellationToken);
            // Another client's is refused only now, and the refusal takes the cancel back with it.
            var email = moved.SingleOrDefault() is { } cancelled && caller.Sees(cancelled.ClientId)
                ? cancelled
                // Who lost the race is told to whom.
                : await Unit.EmailAsync(work.Session, id, caller, cancellationToken);
            return email.Status == EmailStatus.Cancelled
                ? await GetEmail.ViewAsync(work.Session, email, circumstances, cancellationToken)
                : throw Refusal.TooLate(email.Status);
        }, cancellationToken);
}
