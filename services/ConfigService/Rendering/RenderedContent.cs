using System.Text;
using System.Text.Json;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Rendering;

/// <summary>What an e-mail says that was rendered from a template.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Html">The HTML; null where the template has none.</param>
/// <param name="Text">The text.</param>
/// <param name="Template">What it was rendered from.</param>
internal sealed record RenderedContent(string Subject, string? Html, string? Text, TemplateUse Template)
{
    /// <summary>How many e-mails are there as what they say at the same time, where that is rendered.</summary>
    internal const int MaxAtOnce = 100;

    /// <summary>Renders. Null where that can't be done, which is then in <paramref name="errors"/>.</summary>
    /// <param name="template">The version.</param>
    /// <param name="use">What the e-mail is rendered from.</param>
    /// <param name="pointer">Where that stands.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="zone">The time zone of dates.</param>
    /// <param name="total">What the renderings of the request take.</param>
    /// <param name="refusesUnknown">
    /// Whether data that the version neither uses nor declares is wrong: in what was saved for another version it is none's typo.
    /// </param>
    internal static RenderedContent? Make(
        Template template, TemplateUse use, string pointer, Errors errors, DateTimeZone zone, RenderedTotal? total = null,
        bool refusesUnknown = true)
    {
        using var document = JsonDocument.Parse(use.Data, RequestBody.Options);
        var valid = true;
        var data = template.Bind(document.RootElement, (at, error, sentence) =>
        {
            if (error == DataError.Unknown && !refusesUnknown)
                return;
            valid = false;
            errors.Add($"{pointer}/data{at}", sentence, CodeOf(error));
        });
        return valid ? Make(template, data, use, pointer, errors, zone, total) : null;
    }

    /// <summary>Renders data that was bound.</summary>
    internal static RenderedContent? Make(
        Template template, LiquidObject data, TemplateUse use, string pointer, Errors errors, DateTimeZone zone, RenderedTotal? total)
    {
        try
        {
            var rendered = template.Render(data, zone);
            total?.Add(rendered);
            return Check(rendered, pointer, errors) ? new(rendered.Subject, rendered.Html, rendered.Text, use) : null;
        }
        catch (LiquidException exception)
        {
            errors.Add(pointer, exception.Message, CodeOf(exception));
            return null;
        }
    }

    private static ProblemCode CodeOf(LiquidException exception) =>
        exception is LiquidTooCostlyException ? ProblemCodes.TemplateTooCostly : ProblemCodes.TemplateInvalid;

    /// <summary>Renders for a preview. What lacks data need not be what an e-mail may be.</summary>
    internal static Template.Rendered? Preview(Template template, LiquidObject data, bool isWhole, Errors errors)
    {
        try
        {
            var rendered = template.Render(data, DateTimeZone.Utc);
            return !isWhole || Check(rendered, pointer: "", errors) ? rendered : null;
        }
        catch (LiquidException exception)
        {
            errors.Add("", exception.Message, CodeOf(exception));
            return null;
        }
    }

    internal static ProblemCode? CodeOf(DataError error) => error switch
    {
        DataError.Missing => ProblemCodes.TemplateVariableMissing,
        DataError.Unknown => ProblemCodes.TemplateVariableUnknown,
        DataError.Type => ProblemCodes.TemplateVariableType,
        _ => null,
    };

    // What holds for a subject and a body that are written holds for these.
    private static bool Check(Template.Rendered rendered, string pointer, Errors errors)
    {
        var before = errors.Total;
        if (rendered.Subject.Length == 0)
            errors.Add(pointer, "makes an empty subject");
        else if (JsonText.IsLongerThan(rendered.Subject, EmailFields.MaxSubject))
            errors.Add(pointer, $"makes a subject longer than {EmailFields.MaxSubject} characters");
        else if (JsonText.RefuseControls(rendered.Subject) is { } sentence)
            errors.Add(pointer, $"makes a subject that {sentence}");
        foreach (var (name, body) in (ReadOnlySpan<(string, string?)>)[("HTML", rendered.Html), ("text", rendered.Text)])
        {
            if (body is not null && Encoding.UTF8.GetByteCount(body) > EmailContent.MaxBody)
                errors.Add(pointer, $"makes a {name} larger than {EmailContent.MaxBody / 1024} KiB");
        }

        return errors.Total == before;
    }
}
