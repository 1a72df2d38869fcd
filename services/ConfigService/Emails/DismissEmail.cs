using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /scheduled-emails/{id}/dismiss</c>: a person has seen what became of it.</summary>
internal sealed class DismissEmail(UnitOfWork unit, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/scheduled-emails/{id}/dismiss", HandleAsync)
        .WithName("DismissEmail").TakesNoFields()
        .Answers<EmailView>(example: EmailExamples.Dismissed)
        .Refuses(ProblemCodes.EmailNotFound, ProblemCodes.NotFinal);

    /// <summary>Dismiss an e-mail</summary>
    /// <remarks>
    /// A person has seen that it is `failed`, `unknown` or `expired`, and it no longer asks for a decision. Dismissing it again answers 200
    /// and changes nothing. Should a late outcome correct an `unknown` one, the dismissal is taken back.
    /// </remarks>
    /// <response code="200">Dismissed, now or before.</response>
    internal static async Task<EmailView> HandleAsync(string id, HttpContext context, DismissEmail dismiss)
    {
        _ = new Query(context).Checked();
        await RequestBody.RefuseFieldsAsync(context);
        return await dismiss.RunAsync(id, Caller.From(context), context.RequestAborted);
    }

    internal Task<EmailView> RunAsync(string id, Caller caller, CancellationToken cancellationToken) => unit.RunAsync(
        async work =>
        {
            var (email, body) = await UnitOfWork.EmailWithBodyAsync(work.Connection, id, caller, cancellationToken);
            if (IsToBe(email))
            {
                await EmailChanges.DismissAsync(
                    work.Connection, [EmailTransition.Dismiss(email.Id, caller.Name, instance.Name)], cancellationToken);
                // Where a late outcome was faster, the e-mail says where it stands now.
                (email, body) = await UnitOfWork.EmailWithBodyAsync(work.Connection, id, caller, cancellationToken);
            }

            return CanBe(email)
                ? new EmailView(email, body, SendingConditions.Nothing)
                : throw new ProblemException(
                    ProblemCodes.NotFinal, $"Only a failed, unknown or expired e-mail can be dismissed; this one is {email.Status}.")
                    .With("current_status", email.Status);
        },
        cancellationToken);

    /// <summary>Whether it may be dismissed.</summary>
    internal static bool CanBe(ScheduledEmail email) => EmailStatus.Dismissable.Contains(email.Status, StringComparer.Ordinal);

    /// <summary>The same, and it was not yet.</summary>
    internal static bool IsToBe(ScheduledEmail email) => CanBe(email) && email.Dismissed is null;
}
