using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>Idempotency-Key</c>: the same key and body answers as the first time. The memory is committed with what it
/// remembers, so a crash leaves both or neither; a refused request is not remembered.
/// </summary>
internal sealed class Idempotency
{
    private readonly string? _key;
    private readonly string _clientId;
    private readonly string _path;

    /// <summary>Whether the request has a key, so that its answer is remembered.</summary>
    internal bool HasKey => _key is not null;

    private Idempotency(string? key, string clientId, string path) => (_key, _clientId, _path) = (key, clientId, path);

    /// <summary>What a request answers.</summary>
    /// <param name="Body">The body, not yet serialized.</param>
    /// <param name="Location">Where the new resource is.</param>
    /// <param name="EmailIds">The e-mails that it created or changed.</param>
    internal sealed record Answer(object Body, string? Location, IReadOnlyList<Guid> EmailIds);

    /// <summary>What requests about the e-mails of several clients are remembered under: no client has this id.</summary>
    internal const string AllClients = "*";

    internal static Idempotency From(HttpContext context, string clientId)
    {
        var key = context.Request.Headers.TryGetValue("Idempotency-Key", out var values) ? values.ToString() : null;
        if (key is not null && (values.Count > 1 || key.Length == 0 || key.Length > Parameter.IdempotencyKey.Max))
        {
            var errors = new Errors();
            errors.Add(
                "/Idempotency-Key", $"must be 1 to {Parameter.IdempotencyKey.Max} characters, once", ProblemCodes.InvalidIdempotencyKey);
            errors.Throw();
        }

        return new(key, clientId, context.Request.Path);
    }

    /// <summary>A key that a form carries.</summary>
    internal static Idempotency Create(string key, string clientId, string path) => new(key, clientId, path);

    /// <summary>
    /// Runs the request in a transaction, or answers as it was answered before; where it takes turns with others, by the name of
    /// <see cref="UnitOfWork.RunInTurnAsync"/>.
    /// </summary>
    internal async Task<IResult> AnswerAsync(
        ReadOnlyMemory<byte> body, UnitOfWork unit, Func<UnitOfWork.Work, Task<Answer>> run, HttpContext context,
        int status = StatusCodes.Status201Created, string? turn = null)
    {
        var (text, location, replayed) = await RunAsync(body, unit, run, context.RequestAborted, turn);
        if (location is not null)
            context.Response.Headers.Location = location;
        if (replayed)
            context.Response.Headers[AnswerHeader.IdempotencyReplayed.Name] = "true";
        return Results.Text(text, "application/json; charset=utf-8", statusCode: status);
    }

    /// <summary>The same; answers the JSON, where the new resource is, and whether it was answered before.</summary>
    internal Task<(string Text, string? Location, bool Replayed)> RunAsync(
        ReadOnlyMemory<byte> body, UnitOfWork unit, Func<UnitOfWork.Work, Task<Answer>> run, CancellationToken cancellationToken,
        string? turn = null)
    {
        return turn is null ? unit.RunAsync(RunOnceAsync, cancellationToken) : unit.RunInTurnAsync(turn, RunOnceAsync, cancellationToken);

        async Task<(string Text, string? Location, bool Replayed)> RunOnceAsync(UnitOfWork.Work work)
        {
            if (_key is null)
            {
                var plain = await run(work);
                return (Json(plain.Body), plain.Location, false);
            }

            var id = DocumentId;
            var fingerprint = Fingerprint(body);
            // The lock goes with the transaction: a process that dies in between leaves nothing "in progress".
            if (!await UnitOfWork.TryLockAsync(work, $"mail.idempotency/{id}", cancellationToken))
            {
                throw new ProblemException(
                    ProblemCodes.IdempotencyInProgress,
                    "The first request with this Idempotency-Key is still running: try again in a moment.")
                {
                    RetryAfter = 1,
                };
            }

            if (await work.Session.LoadAsync<IdempotentRequest>(id, cancellationToken) is { } first)
            {
                return first.Fingerprint == fingerprint
                    ? (first.Body, first.Location, true)
                    : throw new ProblemException(
                        ProblemCodes.IdempotencyKeyReused,
                        "This Idempotency-Key was used for another request: use a new one. Nothing changed.");
            }

            var answer = await run(work);
            var json = Json(answer.Body);
            work.Session.Insert(new IdempotentRequest
            {
                Id = id,
                Fingerprint = fingerprint,
                Body = json,
                Location = answer.Location,
                EmailIds = [.. answer.EmailIds],
                CreatedAt = work.Now,
            });
            return (json, answer.Location, false);
        }
    }

    /// <summary>Forgets what was answered, where the work of the request has been taken back since.</summary>
    internal void Forget(UnitOfWork.Work work)
    {
        if (HasKey)
            work.Session.Delete<IdempotentRequest>(DocumentId);
    }

    private string DocumentId => $"{_clientId}/{_key}";

    private static string Json(object body) => JsonSerializer.Serialize(body, body.GetType(), MailJson.Options);

    private string Fingerprint(ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(_path + "\n"));
        hash.AppendData(body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
