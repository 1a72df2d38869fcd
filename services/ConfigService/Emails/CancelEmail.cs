using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/{id}/cancel</c>. Cancel and claim are both one conditional update of the same row: whoever
/// comes first wins, so a 200 means never sent.
/// </summary>
internal sealed class CancelEmail(UnitOfWork unit, CancelGroup group, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/scheduled-emails/{id}/cancel", HandleAsync)
        .WithName("CancelEmail").TakesNoFields()
        .Answers<EmailView>(example: EmailExamples.Cancelled)
        .Refuses(ProblemCodes.EmailNotFound, ProblemCodes.TooLate);

    /// <summary>Cancel an e-mail</summary>
    /// <remarks>After a 200 it is never sent. Cancelling a cancelled e-mail answers 200 again.</remarks>
    /// <response code="200">Cancelled, now or before.</response>
    internal static async Task<EmailView> HandleAsync(string id, HttpContext context, CancelEmail cancel)
    {
        _ = new Query(context).Checked();
        await RequestBody.RefuseFieldsAsync(context);
        return await cancel.RunAsync(id, Caller.From(context), context.RequestAborted);
    }

    internal async Task<EmailView> RunAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var move = EmailTransition.Cancel(
            UnitOfWork.EmailId(id), CancelReason.Cancelled, null, $"cancelled by {caller.Name}", instance.Name);
        // Where somebody else was faster, the e-mail says who.
        var (email, body) = await group.RunAsync(move, caller.ClientId, cancellationToken)
            ?? await unit.ConnectAsync(
                connection => UnitOfWork.EmailWithBodyAsync(connection, id, caller, cancellationToken), cancellationToken);
        return email.Status == EmailStatus.Cancelled
            ? new EmailView(email, body, SendingConditions.Nothing)
            : throw ProblemException.TooLate(email.Status);
    }
}
