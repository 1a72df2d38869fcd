using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Inserts single e-mails that are created at the same time in one transaction, see <see cref="GroupCommit{T}"/>.</summary>
internal sealed class CreateGroup
{
    private readonly UnitOfWork _unit;
    private readonly Outbox _outbox;
    private readonly EmailAttachments _attachments;
    private readonly Instance _instance;
    private readonly GroupCommit<Request> _group;

    public CreateGroup(UnitOfWork unit, Outbox outbox, EmailAttachments attachments, Instance instance, TimeProvider time)
    {
        (_unit, _outbox, _attachments, _instance) = (unit, outbox, attachments, instance);
        _group = new(WriteAsync, time);
    }

    /// <summary>What was created.</summary>
    /// <param name="Email">The e-mail as it was inserted.</param>
    /// <param name="Body">Its body.</param>
    /// <param name="Conditions">What its sending depends on, read after it was inserted.</param>
    internal sealed record Created(ScheduledEmail Email, EmailBody Body, SendingConditions Conditions);

    /// <summary>Creates one e-mail without attachments. It is committed when this returns.</summary>
    /// <exception cref="Problems.ProblemException">A rule is broken, or there was no connection in time. Nothing was inserted.</exception>
    internal async Task<Created> RunAsync(string clientId, EmailInput input, Errors errors, CancellationToken cancellationToken)
    {
        // It carries none, but its size is bounded all the same.
        _ = _attachments.Resolve([input], [], errors);
        var request = new Request(clientId, input, errors, ExecutionContext.Capture());
        await _group.WriteAsync(request, cancellationToken);
        errors.Throw();
        return new(request.Email!, request.Body!, request.Conditions!);
    }

    private Task<bool> WriteAsync(IReadOnlyList<Request> requests, TimeSpan? patience) => _unit.RunAsync(
        async work =>
        {
            foreach (var request in requests)
                request.Make(work.Now, _instance.Name);
            if (requests.Where(request => !request.Errors.Any).ToList() is not { Count: > 0 } valid)
                return true;
            await EmailInserts.InsertAsync(
                work.Connection,
                [.. valid.Select(request => request.Email!)],
                valid.Select(request => request.Body!),
                CancellationToken.None,
                patience);
            await _outbox.WakeAsync(
                work.Connection, valid.Select(request => (request.Email!.Id, request.Email.DueAt)), CancellationToken.None);
            var conditions = await SendingConditions.ReadAsync(work.Connection, CancellationToken.None);
            valid.ForEach(request => request.Conditions = conditions);
            return true;
        },
        CancellationToken.None);

    /// <summary>A request, and what becomes of it.</summary>
    private sealed class Request(string clientId, EmailInput input, Errors errors, ExecutionContext? context)
    {
        private bool _checked;

        internal Errors Errors => errors;

        internal ScheduledEmail? Email { get; private set; }

        internal EmailBody? Body { get; private set; }

        internal SendingConditions? Conditions { get; set; }

        /// <summary>Checks the times and makes the documents, in the request's own trace.</summary>
        internal void Make(DateTimeOffset now, string by)
        {
            // Once, also where its group is written again.
            if (_checked)
                return;
            _checked = true;
            TimeRules.Check(input, "", now, errors);
            if (errors.Any)
                return;
            var origin = new NewEmail.Origin(EmailSource.OneOff, by, "single e-mail");
            if (context is null)
                (Email, Body) = NewEmail.Create(clientId, key: null, input, origin, now);
            else
                ExecutionContext.Run(context, _ => (Email, Body) = NewEmail.Create(clientId, key: null, input, origin, now), null);
        }
    }
}
