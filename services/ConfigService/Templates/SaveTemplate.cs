using System.Text.Json.Serialization;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary><c>PUT /client/{client_id}/templates/{name}</c>: a new version, where anything but the sample has changed.</summary>
internal sealed class SaveTemplate(UnitOfWork unit)
{
    /// <summary>The most templates of a client.</summary>
    internal const int MaxTemplates = 200;

    private static readonly Parameter _dryRun = Parameter.DryRun("Answers what a save would do, and changes nothing.");

    internal static void Map(RouteGroupBuilder api) => api.MapPut(TemplateVersions.Path, HandleAsync)
        .WithName("SaveTemplate")
        .Takes(_dryRun, TemplateVersions.IfMatch).Takes<TemplateBodyInput>()
        .Answers<SavedTemplate>(headers: AnswerHeader.ETag)
        .Refuses(
            ProblemCodes.VersionMismatch, ProblemCodes.TemplateInvalid, ProblemCodes.TemplateVariableType, ProblemCodes.TooManyTemplates,
            ProblemCodes.InvalidQuery);

    /// <summary>Save a template</summary>
    /// <remarks>
    /// Liquid for subject, HTML and text. A save that changes anything but the sample makes a new version; versions never change, and what
    /// is scheduled stays as it is until a version is applied. Tags: `assign`, `break`, `capture`, `case`, `comment`, `continue`, `echo`,
    /// `for`, `if`, `raw`, `unless`. A variable that is used is required, in whatever branch, unless it has a default or each use has the
    /// filter `default`.
    /// </remarks>
    /// <response code="200">
    /// Saved, or unchanged. `ETag` is the version as it stands now; on a dry run for a template that is new there is none.
    /// </response>
    internal static async Task<SavedTemplate> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string name, HttpContext context, SaveTemplate save)
    {
        var query = new Query(context);
        var dryRun = query.Flag(_dryRun.Name);
        query.Checked();
        var body = await RequestBody.ReadAsync(context);
        var answer = await save.RunAsync(
            clientId, name, body, Preconditions.From(context), dryRun, Caller.From(context), context.RequestAborted);
        if (answer.CurrentVersion is { } current)
            TemplateVersions.Tag(context, current);
        return answer;
    }

    internal Task<SavedTemplate> RunAsync(
        string clientId, string name, ReadOnlyMemory<byte> body, Preconditions preconditions, bool dryRun, Caller caller,
        CancellationToken cancellationToken)
    {
        if (!TemplateName.IsValid(name))
            Refuse("/name", TemplateName.Rule, code: null);
        var (input, parsed) = TemplateBodyInput.Read(body);
        return dryRun
            ? unit.RunAsync(SaveAsync, cancellationToken)
            : unit.RunInTurnAsync(TemplateVersions.TurnOf(clientId), SaveAsync, cancellationToken);

        async Task<SavedTemplate> SaveAsync(UnitOfWork.Work work)
        {
            var session = work.Session;
            var template = await session.LoadAsync<EmailTemplate>(EmailTemplate.IdOf(clientId, name), cancellationToken);
            TemplateVersions.Check(preconditions, template);
            var current = template is { Deleted: false }
                ? await TemplateVersions.VersionAsync(session, template, version: null, cancellationToken)
                : null;
            if (current is null)
                await RefuseTooManyAsync(session, clientId, cancellationToken);
            var isSame = current is not null && input.IsSameAs(current);
            var version = isSame ? current! : input.ToVersion(clientId, name, (template?.Version ?? 0) + 1, work.Now, caller.Name);
            if (!dryRun)
            {
                if (!isSame)
                {
                    session.Insert(version);
                    SystemEvents.TemplateSaved(session, clientId, name, version.Version);
                }

                session.Store(new EmailTemplate
                {
                    Id = EmailTemplate.IdOf(clientId, name),
                    ClientId = clientId,
                    Name = name,
                    Version = version.Version,
                    SavedAt = version.SavedAt,
                    Sample = input.SampleJson,
                });
            }

            return new(name, version.Version, VariableView.From(parsed), version.SavedAt, dryRun)
            {
                CurrentVersion = dryRun ? current?.Version : version.Version,
            };
        }
    }

    private static async Task RefuseTooManyAsync(IQuerySession session, string clientId, CancellationToken cancellationToken)
    {
        if (await session.Query<EmailTemplate>()
            .CountAsync(template => template.ClientId == clientId && !template.Deleted, cancellationToken)
            >= MaxTemplates)
        {
            Refuse(
                "/name", $"would be the client's template number {MaxTemplates + 1}: {MaxTemplates} are the most",
                ProblemCodes.TooManyTemplates);
        }
    }

    private static void Refuse(string pointer, string sentence, ProblemCode? code)
    {
        var errors = new Errors();
        errors.Add(pointer, sentence, code);
        errors.Throw();
    }
}

/// <summary>A template as it stands after a save.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The current version; on a dry run the one that the save would make.</param>
/// <param name="Variables">What it declares and what it uses, by name.</param>
/// <param name="SavedAt">When that version was saved.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
[Example("""
    {"name":"welcome","version":3,"variables":{"plan":{"type":"string","required":true,"declared":true},
     "user":{"type":"any","required":true,"declared":false},"user.name":{"type":"any","required":true,"declared":false}},
     "saved_at":"2026-11-24T15:12:09.310Z","dry_run":false}
    """)]
public sealed record SavedTemplate(
    string Name, int Version, [property: TemplateVariables] IReadOnlyDictionary<string, VariableView> Variables, DateTimeOffset SavedAt,
    bool DryRun)
{
    /// <summary>The version that is the current one now; null where a dry run found no template.</summary>
    internal int? CurrentVersion { get; init; }
}
