using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Emails;

/// <summary>Renders e-mails that are written with templates; those that are written out stay as they are.</summary>
internal static class RenderEmails
{
    /// <summary>Renders e-mails. What can't be is in <paramref name="errors"/>, and the result is then not to be used.</summary>
    /// <param name="templates">The templates of the request.</param>
    /// <param name="attachments">Holds what was rendered against the attachments.</param>
    /// <param name="emails">The e-mails, each with its pointer.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task<List<EmailInput>> RenderAsync(
        this EmailTemplates templates, EmailAttachments attachments, IReadOnlyList<(EmailInput Input, string Pointer)> emails,
        Errors errors, CancellationToken cancellationToken)
    {
        await ReadAsync(templates, emails, cancellationToken);
        return [.. emails.Select(email => Render(templates, attachments, email, errors))];
    }

    /// <summary>Reads the templates that e-mails are written with.</summary>
    internal static Task ReadAsync(
        EmailTemplates templates, IReadOnlyList<(EmailInput Input, string Pointer)> emails, CancellationToken cancellationToken) =>
        templates.ReadAsync(
            [
                .. emails.Select(email => email.Input.Template).OfType<TemplateInput>()
                    .Select(template => (template.Name, template.GivenVersion)),
            ],
            cancellationToken);

    /// <summary>Renders one e-mail, whose template was read.</summary>
    internal static EmailInput Render(
        EmailTemplates templates, EmailAttachments attachments, (EmailInput Input, string Pointer) email, Errors errors)
    {
        if (email.Input.Template is not { } template
            || templates.Render(template, template.GivenVersion, email.Pointer, errors, email.Input.Zone) is not { } content)
        {
            return email.Input;
        }

        var rendered = email.Input.With(content);
        attachments.CheckRendered(rendered, errors);
        return rendered;
    }
}
