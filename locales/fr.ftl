# Français. Règles : 1 idée par phrase, 12 mots, le présent, « vous ». Un mot connu, toujours le même.
# Apostrophes droites et espaces simples ici : la mise en page se fait au chargement.

## Toutes les pages

site-name = Consigne
skip-to-content = Aller au contenu
demo-banner = Démonstration : les personnes et les papiers sont inventés.
main-menu = Menu
menu-open = Menu
menu-papers = Mes papiers
menu-add = Ajouter un papier
menu-trash = Corbeille
menu-journal = Qui a ouvert mes papiers ?
menu-sessions = Mes appareils
menu-office = Bureau : { $name }
sign-out = Sortir
other-language = English
footer-api = Pour les développeurs de logiciels
back-to-papers = Revenir à mes papiers
back-to-start = Revenir au début
required = Obligatoire.

## La première page

home-title = Gardez vos papiers en lieu sûr
home-what = Consigne garde vos papiers importants.
home-when = Vous les retrouvez, même sans téléphone.
home-who = Vous voyez toujours qui les a ouverts.
home-enter = Entrer
home-enter-work = Entrer pour mon travail, ou comme bénévole
home-information = Ce qu'il faut savoir avant d'entrer
home-need-sign-in = Cette page est à vous. Entrez pour la voir.
home-visit-over = Votre visite est finie. Entrez de nouveau pour continuer.
home-left = La sortie est faite.
home-demo-title = Essayer
home-demo-how = Choisissez une personne inventée.
home-demo-angela = Entrer comme Angela
home-demo-angela-about = Elle a déjà des papiers.
home-demo-ahmed = Entrer comme Ahmed
home-demo-ahmed-about = Il a déjà des papiers.
home-demo-other = Entrer comme une autre personne
home-demo-other-about = Vous choisissez la personne à la page suivante.
open-title = Ouvrir ma consigne
open-why = Vous n'avez pas encore de consigne.
open-what = Vous y mettez vos papiers. Ils sont rangés par rubrique.
open-then = Vous pourrez ajouter un papier tout de suite.
open-read = Lisez d'abord ce texte.
open-button = Ouvrir ma consigne

## Prouver de nouveau qui l'on est

again-title = Prouvez de nouveau qui vous êtes
again-why = Cette action est importante. Elle demande une preuve récente.
again-what = Votre service d'identité vous demande qui vous êtes.
again-then = Ensuite, vous revenez à la page d'avant. Recommencez alors ce que vous vouliez faire.
again-then-start = Ensuite, vous revenez au début.
again-button = Prouver qui je suis

## Mes appareils

sessions-title = Mes appareils
sessions-told = Vous avez une visite en cours sur ces appareils.
sessions-doubt = Un appareil n'est pas à vous ? Sortez de cet appareil.
sessions-started = Entrée { $moment }.
sessions-seen = Dernière action { $moment }.
sessions-current = C'est l'appareil que vous utilisez maintenant.
sessions-end = Sortir de cet appareil
sessions-end-named = Sortir de cet appareil : { $device }
sessions-others-title = Sortir des autres appareils
sessions-others-told = Vous restez ici. Sur les autres appareils, il faudra entrer de nouveau.
sessions-others = Sortir des autres appareils
sessions-everywhere-title = Sortir partout
sessions-everywhere-told = Vous sortez de tous les appareils, aussi de celui-ci.
sessions-everywhere = Sortir partout
device-told = { $browser } sur { $system }
device-unknown = Un appareil inconnu
browser-edge = Edge
browser-opera = Opera
browser-samsung = Samsung Internet
browser-firefox = Firefox
browser-chrome = Chrome
browser-safari = Safari
system-iphone = un iPhone
system-ipad = un iPad
system-android = un téléphone ou une tablette Android
system-windows = un ordinateur Windows
system-chromebook = un ordinateur Chromebook
system-mac = un ordinateur Mac
system-linux = un ordinateur Linux

## Code de sécurité

factor-none-title = Créez votre code de sécurité
factor-none-here = Vous venez ici pour votre travail, ou comme bénévole.
factor-none-why = Vous allez voir les papiers d'autres personnes. Ils doivent rester en lieu sûr.
factor-none-what = Le code de sécurité prouve que c'est bien vous. Même avec votre mot de passe, un voleur n'entre pas.
factor-none-how = Ce code vient d'une application sur votre téléphone. Il change toutes les 30 secondes.
factor-none-before = Avant de commencer
factor-none-app = Installez une application de codes. Exemples : FreeOTP ou Aegis. Elles sont gratuites.
factor-none-paper = Prenez un papier et un stylo, ou une imprimante. Vous allez recevoir 10 codes de secours.
factor-none-button = Créer mon code de sécurité
factor-secret-title = Mettez Consigne dans votre application de codes
factor-secret-once = Cette page est montrée 1 seule fois. Gardez-la ouverte jusqu'au premier code.
factor-secret-nobody = Ne montrez cette page à personne.
factor-secret-scan-title = Avec l'appareil photo
factor-secret-scan = Ouvrez votre application de codes. Choisissez d'ajouter un compte, puis visez ce carré.
factor-secret-picture = Carré à viser avec votre application. La même clé est écrite plus bas.
factor-secret-type-title = Sans appareil photo
factor-secret-type = Dans votre application, choisissez d'écrire la clé. Puis écrivez ces lettres et ces chiffres.
factor-secret-letters = Il n'y a pas de zéro et pas de 1 : ce sont les lettres O et I.
factor-secret-here = Votre application est sur cet appareil ?
factor-secret-open = Ouvrir mon application de codes
factor-first-title = Donnez le premier code
factor-first-told = Votre application montre maintenant 6 chiffres pour Consigne. Écrivez-les ici.
factor-first-next = Ensuite, vous recevez 10 codes de secours. Ils sont montrés 1 seule fois.
factor-first-label = Code à 6 chiffres
factor-first-hint = Exemple : 123 456.
factor-first-button = Donner ce code
factor-retry = Consigne est déjà dans votre application ? Donnez le code qu'elle montre maintenant.
factor-anew-title = Recommencer
factor-anew-told = Vous n'avez plus la page avec le carré ? Effacez Consigne de votre application, puis recommencez.
factor-anew-button = Recommencer depuis le carré
factor-give-title = Donnez votre code de sécurité
factor-give-recent = Cette action est importante. Elle demande un code récent.
factor-give-then = Rien n'a changé. Après le code, vous revenez à la page d'avant. Recommencez alors votre action.
factor-give-told = Ouvrez votre application de codes. Écrivez les 6 chiffres.
factor-give-backup = Vous n'avez pas votre téléphone ? Écrivez ici un de vos codes de secours. Ils sont sur votre feuille imprimée.
factor-give-label = Code de sécurité ou code de secours
factor-give-hint = Exemples : 123 456 ou ABCD-EFGH-JKMN.
factor-give-button = Donner mon code
factor-give-lost = Vous avez tout perdu ? Parlez-en à la personne qui gère les membres de votre structure.
factor-give-locked = Vous pourrez donner un code { $moment }.
factor-stands-title = Votre code de sécurité est en place
factor-stands-codes = Les 10 codes de secours sont montrés 1 seule fois.
factor-stands-new = Vous ne les avez pas notés ? Faites-en de nouveaux, sur votre première page.
factor-stands-go = Aller à ma première page
factor-codes-title = Vos 10 codes de secours
factor-codes-made = Votre code de sécurité est créé.
factor-codes-old = Vous avez de nouveaux codes. Les anciens ne servent plus.
factor-codes-once = Ces codes sont montrés 1 seule fois. Imprimez cette page, ou copiez les codes à la main.
factor-codes-why = Vous n'avez pas votre téléphone ? Un code de secours le remplace.
factor-codes-each = Chaque code sert 1 fois.
factor-codes-keep = Gardez-les loin de votre téléphone. Ne les montrez à personne.
factor-codes-after = Vous les avez sur papier ? Continuez. Après, personne ne peut revoir ces codes.
factor-codes-continue = Continuer

## Mes structures

work-title = Mes structures
work-what = Une structure est l'endroit où vous travaillez ou aidez.
work-none = Vous n'avez pas encore de structure. Demandez un code d'invitation à la personne qui gère les membres.
work-you-help = Vous aidez des personnes.
work-you-manage = Vous gérez les membres.
work-you-active = { $place ->
    [office] Vous faites partie de ce bureau.
   *[other] Vous faites partie de cette structure.
}
work-you-suspended = Vos droits sont suspendus ici. Demandez à la personne qui gère les membres de vous les redonner.
work-you-suspended-why = Cela arrive aussi quand une autre structure a retiré votre code de sécurité.
work-you-suspended-leave = { $place ->
    [office] Vous voulez quitter ce bureau ? Demandez-le aussi à cette personne.
   *[other] Vous voulez quitter cette structure ? Demandez-le aussi à cette personne.
}
work-you-suspended-alone = Personne d'autre ne gère les membres ici ? Écrivez au service Consigne.
work-you-idle = Votre absence a duré plus de 6 mois. Vos droits sont suspendus. Parlez-en à la personne qui gère les membres.
work-written = Si vous ne venez plus, nous vous écrivons avant la fin de vos droits : { $hint }
work-you-warned = { $place ->
    [office] Vous n'avez rien fait ici depuis plus de 5 mois. Après 6 mois, vos droits sont suspendus. Ils restent si vous demandez ou lisez des papiers d'ici là, ou gérez les membres.
   *[other] Vous n'avez rien fait ici depuis plus de 5 mois. Après 6 mois, vos droits sont suspendus. Ils restent si vous aidez ou gérez d'ici là.
}
work-you-left = Vous ne faites pas partie de cette structure.
work-leave = { $place ->
    [office] Quitter ce bureau
   *[other] Quitter cette structure
}
work-leave-named = { $place ->
    [office] Quitter ce bureau : { $name }
   *[other] Quitter cette structure : { $name }
}
work-done-left = C'est fait : vous avez quitté cet endroit.
work-sheets = { $count ->
    [one] 1 feuille ou décision attend votre vérification.
   *[other] { $count } feuilles ou décisions attendent votre vérification.
}
work-sheets-link = Vérifier
work-join-title = J'ai reçu un code d'invitation
work-join-label = Code d'invitation
work-join-hint = Il a 12 lettres et chiffres. Exemple : ABCD-EFGH-JKMN.
work-join-button = Rejoindre la structure
work-codes-title = Mes codes de secours
work-codes-left = { $count ->
    [0] Vous n'avez plus de code de secours.
    [one] Il vous reste 1 code de secours.
   *[other] Il vous reste { $count } codes de secours.
}
work-codes-new = Vous pouvez faire 10 nouveaux codes. Ils sont montrés 1 seule fois. Les anciens ne serviront plus.
work-codes-prove = Il faut avoir prouvé qui vous êtes, puis donné un code, depuis moins de 5 minutes.
work-codes-button = Faire de nouveaux codes de secours
work-phone-title = Changer de téléphone
work-phone-told = Vous avez un nouveau téléphone, et encore l'ancien ? Mettez votre code de sécurité sur le nouveau.
work-phone-link = Changer de téléphone

## Un nouveau téléphone

phone-title = Changer de téléphone
phone-what = Vous créez un nouveau code de sécurité sur votre nouveau téléphone.
phone-until = L'ancien code reste bon jusqu'au premier code du nouveau. Vous avez 15 minutes.
phone-then = Ensuite, l'ancien code et les anciens codes de secours ne servent plus. Vous recevez 10 nouveaux codes de secours.
phone-out = Vous sortez de Consigne sur tous vos autres appareils.
phone-told = Chaque structure où vous êtes voit que vous avez changé votre code de sécurité.
phone-before = Avant de commencer
phone-prove = Il faut prouver qui vous êtes, puis donner un code de l'ancien téléphone. Un code de secours va aussi.
phone-app = Installez une application de codes sur le nouveau téléphone.
phone-button = Commencer sur le nouveau téléphone
phone-keep = Garder mon ancien téléphone
phone-stands = Votre ancien code est toujours bon.
phone-done = Votre nouveau code de sécurité est en place. L'ancien code et les anciens codes de secours ne servent plus.

## Une structure

structure-back = Revenir à mes structures
structure-members = Les membres
structure-office-title = Membres du bureau : { $name }
structure-lines = { $place ->
    [office] Ce qui s'est passé dans le bureau
   *[other] Ce qui s'est passé dans la structure
}
structure-lines-told = Cette page montre qui a invité, suspendu ou retiré une personne.
structure-unnamed = Nom illisible
structure-you = C'est vous.
structure-volunteer = Bénévole.
structure-helps = Aide des personnes.
structure-manages = Gère les membres.
structure-invited = Invitation donnée. Le code est bon jusqu'à cette date : { $moment }.
structure-invitation-over = L'invitation est trop ancienne. Son code n'est plus bon.
structure-active = { $place ->
    [office] Fait partie du bureau.
   *[other] Fait partie de la structure.
}
structure-warned = { $place ->
    [office] Fait partie du bureau. Absence de plus de 5 mois. Après 6 mois, ses droits sont suspendus.
   *[other] Fait partie de la structure. Absence de plus de 5 mois. Après 6 mois, ses droits sont suspendus.
}
structure-idle = Absence de plus de 6 mois. Ses droits sont suspendus.
structure-suspended = Ses droits sont suspendus.
structure-left = { $place ->
    [office] Ne fait plus partie du bureau.
   *[other] Ne fait plus partie de la structure.
}
structure-seen = Dernier jour d'activité : { $day }.
structure-act-named = { $act } : { $name }
structure-suspend = Suspendre ses droits
structure-resume = Redonner ses droits
structure-change = Changer ce qu'elle fait
structure-reset = Retirer son code de sécurité
structure-remove = { $place ->
    [office] Retirer du bureau
   *[other] Retirer de la structure
}
structure-uninvite = Retirer l'invitation
structure-done-suspended = C'est fait : ses droits sont suspendus.
structure-done-resumed = C'est fait : ses droits lui sont redonnés.
structure-done-removed = { $place ->
    [office] C'est fait : cette personne ne fait plus partie du bureau.
   *[other] C'est fait : cette personne ne fait plus partie de la structure.
}
structure-done-uninvited = C'est fait : l'invitation est retirée.
structure-done-reset = C'est fait : son ancien code de sécurité ne sert plus.
structure-done-changed = C'est fait : ce que fait cette personne a changé.
structure-done-joined = { $place ->
    [office] Vous avez rejoint ce bureau.
   *[other] Vous avez rejoint cette structure.
}
invite-title = Inviter une personne
invite-told = Vous recevez un code. Vous le donnez à cette personne.
invite-recent = Pour cela, il faut un code de sécurité récent.
invite-recent-give = Donner mon code maintenant
invite-name = Nom de la personne
invite-name-hint = Obligatoire. Quand elle accepte, son nom officiel le remplace.
invite-does = Que fera cette personne ?
invite-helps = Elle aide des personnes.
invite-manages = Elle gère les membres.
invite-volunteer = Elle est bénévole.
invite-button = Inviter cette personne
invite-wrong-title = L'invitation n'est pas encore faite
invite-no-name = Écrivez le nom de la personne.
invite-no-role = Cochez au moins 1 case : elle aide, ou elle gère les membres.
invited-title = Le code d'invitation
invited-for = Pour : { $name }
invited-once = Ce code est montré 1 seule fois. Copiez-le maintenant.
invited-until = Il est bon jusqu'à cette date : { $moment }. Il sert 1 fois.
invited-how-title = Donner le code
invited-how = Donnez ce code de vive voix : devant la personne, ou au téléphone.
invited-not = Vous devez reconnaître la personne. Une autre personne avec ce code prendrait sa place.
invited-then-title = Ensuite
invited-then = La personne entre dans Consigne pour son travail. Elle crée son code de sécurité.
invited-then-code = Puis elle écrit le code d'invitation sur la page « Mes structures ».
invited-back = { $place ->
    [office] Revenir aux membres du bureau
   *[other] Revenir à la structure
}
leave-title = { $place ->
    [office] Quitter ce bureau
   *[other] Quitter cette structure
}
leave-what = { $place ->
    [office] Vous ne pourrez plus demander ni lire de papiers pour cet organisme.
   *[other] Vous ne pourrez plus aider des personnes pour cette structure.
}
leave-lines = { $place ->
    [office] Ce que vous avez fait reste écrit. Le bureau voit que vous l'avez quitté.
   *[other] Ce que vous avez fait reste écrit. La structure voit que vous l'avez quittée.
}
leave-never = Pour revenir, il faudra une nouvelle invitation.
leave-button = { $place ->
    [office] Quitter ce bureau
   *[other] Quitter cette structure
}
leave-keep = { $place ->
    [office] Rester dans ce bureau
   *[other] Rester dans cette structure
}
remove-title = { $place ->
    [office] Retirer cette personne du bureau
   *[other] Retirer cette personne de la structure
}
remove-what = { $place ->
    [office] Cette personne perd tous ses droits dans le bureau, tout de suite.
   *[other] Cette personne perd tous ses droits dans la structure, tout de suite.
}
remove-lines = Ce qu'elle a fait reste écrit.
remove-never = Pour la faire revenir, il faudra une nouvelle invitation.
remove-button = Retirer cette personne
remove-keep = Garder cette personne
uninvite-title = Retirer cette invitation
uninvite-what = Le code d'invitation ne sert plus, tout de suite.
uninvite-never = Pour inviter cette personne, il faudra un nouveau code.
uninvite-button = Retirer cette invitation
uninvite-keep = Garder cette invitation
reset-title = Retirer son code de sécurité
reset-what = Cette personne a perdu son téléphone et ses codes de secours ? Ce bouton l'aide.
reset-check = Vérifiez d'abord que c'est bien elle. Parlez-lui en personne.
reset-then = Son code de sécurité et ses codes de secours ne servent plus. Elle en crée un nouveau quand elle entre.
reset-elsewhere = Elle est aussi dans une autre structure ? Ses droits là-bas sont suspendus jusqu'à ce que quelqu'un de là-bas les redonne.
reset-never = Vous ne pourrez pas faire revenir l'ancien code.
reset-button = Retirer son code de sécurité
reset-keep = Garder son code de sécurité
suspend-title = Suspendre les droits de cette personne
suspend-what = { $place ->
    [office] Tout de suite, cette personne ne demande et ne lit plus de papiers pour cet organisme.
   *[other] Tout de suite, cette personne n'ouvre plus les papiers des personnes qu'elle aide.
}
suspend-members = Elle ne peut plus rien faire ici. Ce qu'elle a fait reste écrit.
suspend-undo = Vous pourrez lui redonner ses droits plus tard.
resume-title = Redonner ses droits à cette personne
resume-check = Vérifiez d'abord que c'est bien elle. Parlez-lui en personne.
resume-what = { $place ->
    [office] Tout de suite, elle peut refaire ce qu'elle faisait dans ce bureau.
   *[other] Tout de suite, elle peut refaire ce qu'elle faisait dans cette structure.
}
resume-undo = Vous pourrez suspendre ses droits à nouveau.
resume-keep = Laisser ses droits suspendus
tasks-title = Changer ce que fait cette personne
tasks-now = Maintenant
tasks-choose = Que fera cette personne ?
tasks-aidant = Elle aide des personnes, et ne gère pas les membres.
tasks-referent = Elle gère les membres, et n'aide pas.
tasks-both = Elle aide des personnes, et gère les membres.
tasks-gains-help = Elle pourra aider des personnes. Ses autorisations d'aide ici, si elles durent encore, serviront à nouveau.
tasks-loses-help = Elle n'ouvrira plus les papiers des personnes qu'elle aide, tout de suite. Les personnes qu'elle aide gardent leurs papiers.
tasks-gains-members = { $place ->
    [office] Elle pourra inviter, suspendre et retirer des personnes. Elle lira ce qui s'est passé dans le bureau.
   *[other] Elle pourra inviter, suspendre et retirer des personnes. Elle lira ce qui s'est passé dans la structure.
}
tasks-loses-members = Elle ne pourra plus inviter, suspendre ou retirer des personnes, tout de suite.
tasks-undo = { $place ->
    [office] Vous pourrez changer à nouveau plus tard. Le changement reste écrit dans le bureau.
   *[other] Vous pourrez changer à nouveau plus tard. Le changement reste écrit dans la structure.
}
tasks-button = Changer ce qu'elle fait
tasks-keep = Ne rien changer
tasks-none = Choisissez 1 réponse.

## Mes papiers

papers-title = Mes papiers
papers-count = { $count ->
    [0] Vous n'avez pas encore de papier ici.
    [one] Vous avez 1 papier.
   *[other] Vous avez { $count } papiers.
}
papers-found = { $count ->
    [0] Aucun papier ne correspond.
    [one] 1 papier trouvé.
   *[other] { $count } papiers trouvés.
}
papers-more = Tous les papiers ne tiennent pas sur cette page. Cherchez un mot, ou choisissez une rubrique.
papers-damaged = { $count ->
    [one] 1 papier ne s'ouvre plus. Il est gardé, mais abîmé. Parlez-en au service.
   *[other] { $count } papiers ne s'ouvrent plus. Ils sont gardés, mais abîmés. Parlez-en au service.
}
papers-all = Voir tous mes papiers
papers-empty-categories = Rubriques sans papier
search-title = Chercher un papier
search-label = Un mot du nom du papier
search-category = Rubrique
search-all-categories = Toutes les rubriques
search-button = Chercher
paper-added = Ajouté { $day }
paper-private = Caché à mes aidants
paper-good-until = Bon jusqu'au { $day }
paper-not-good = N'est plus bon. Était bon jusqu'au { $day }

## Un papier

paper-just-added = Votre papier est ajouté. Il est en lieu sûr.
paper-two-sides = Ce papier a 2 côtés. Regardez si les deux sont dans le fichier.
paper-just-restored = Votre papier est de retour.
paper-kind = Type de papier
paper-category = Rubrique
paper-whose = À qui est ce papier ?
paper-file = Nom du fichier
paper-size = Taille
paper-date = Date du papier
paper-seen-by = Qui peut le voir ?
paper-seen-by-me = Vous, et personne d'autre. Vos aidants ne le voient pas.
paper-seen-by-helpers = Vous, et les personnes que vous autorisez à vous aider.
paper-by = Ajouté par
paper-by-you = Vous
paper-by-helper = Une personne qui vous aidait
paper-when = Arrivée
paper-in-trash = Ce papier est dans la corbeille.
paper-in-trash-since = Il y est depuis { $day }.
paper-open = Ouvrir ce papier
paper-open-about = { $media }, { $size }
paper-open-saves = Ce papier s'enregistre sur cet appareil. L'appareil n'est pas à vous ? Effacez le papier après.
paper-open-told = Chaque ouverture est écrite dans « Qui a ouvert mes papiers ? ».
paper-trash-title = Mettre ce papier à la corbeille
paper-trash-undo = Vous pourrez le reprendre : ouvrez la corbeille, choisissez « Reprendre ».
paper-trash-button = Mettre à la corbeille
paper-restore-told = Le papier revient dans sa rubrique.
paper-restore-button = Reprendre ce papier
media-pdf = PDF
media-image = Photo ou image
media-text = Texte
media-sound = Son
media-video = Vidéo
media-office = Document écrit ou tableau
media-other = Autre sorte de fichier

## La corbeille

trash-title = Corbeille
trash-told = Ces papiers sont toujours gardés. Vous pouvez les reprendre.
trash-empty = La corbeille est vide.
trash-more = Tous les papiers ne tiennent pas sur cette page.
trash-since = À la corbeille depuis { $day }
trash-restore = Reprendre
trash-restore-named = Reprendre { $title }

## Ajouter

add-title = Ajouter un papier
add-told = Le papier entre dans votre consigne. Vous pourrez le mettre à la corbeille.
add-then-asked = Ce papier est pour une demande. Vous revenez à la demande après l'ajout.
add-then-kinds = Papier demandé, au choix : { $kinds }.
add-then-back = Revenir à la demande sans ajouter
add-kind = Type de papier
add-kind-choose = Choisissez un type
add-name = Nom du papier
add-name-hint = Vous pouvez laisser vide. Le nom est alors le type de papier.
add-whose = À qui est ce papier ?
add-private = Cacher ce papier à mes aidants
add-private-hint = Les personnes qui vous aident ne verront pas ce papier.
add-issued = Date du papier
add-expires = Dernier jour où le papier est bon
add-date-hint = Vous pouvez laisser vide.
add-file = Fichier
add-file-hint = Une photo, un PDF, un texte, un son ou une vidéo. { $limit } au plus.
add-two-sides = Ce papier a 2 côtés. Ajoutez les deux. Mettez-les dans 1 seul fichier.
add-two-sides-which = Ces papiers ont 2 côtés : { $kinds }. Ajoutez les deux. Mettez-les dans 1 seul fichier.
add-file-again = Choisissez le fichier de nouveau. Le reste est gardé.
add-button = Ajouter ce papier
add-wrong-title = Le papier n'est pas encore ajouté
whose-me = À moi
whose-helped = À la personne que vous aidez
whose-helped-child = À son enfant
whose-helped-spouse = À la personne avec qui elle vit
whose-child = À mon enfant
whose-spouse = À la personne avec qui je vis

## Qui a ouvert mes papiers ?

journal-title = Qui a ouvert mes papiers ?
journal-told = Cette page montre tout ce qui se passe dans votre consigne. Elle commence à son ouverture.
journal-kept = Vous ne pouvez pas effacer une ligne. Si une ligne est changée, cela se voit ici.
journal-order = La ligne la plus récente est en haut. L'heure est celle de Paris.
journal-older = Lignes plus anciennes
journal-own-hide = Cacher ce que j'ai regardé moi-même
journal-own-hidden = Ce que vous avez regardé vous-même n'est pas montré ici.
journal-own-show = Tout montrer
whom-named = { $name }, { $organisation }
journal-newest = Lignes les plus récentes
journal-empty = Il n'y a pas de ligne plus ancienne.
journal-undated = Lignes sans date

## Lignes : qui

who-person = Une autre personne
whom-member = une personne
who-helper = Une personne qui vous aide
who-anonymous = Quelqu'un
who-operator = La personne qui gère le service
who-service = Le service
paper-named = « { $title } »
paper-unnamed = un papier
paper-gone = un papier supprimé
of-paper-named = de « { $title } »
of-paper-unnamed = d'un papier
of-paper-gone = d'un papier supprimé

## Lignes : ce qui a été fait

done-sign-in = { $who ->
    [you] Votre visite a commencé.
   *[other] { $name } a commencé une visite.
}
done-sign-out = { $who ->
    [you] Votre visite s'est terminée.
   *[other] { $name } a terminé une visite.
}
done-locker-open = { $who ->
    [you] Vous avez ouvert votre consigne pour la première fois.
   *[other] { $name } a ouvert votre consigne pour la première fois.
}
done-locker-accept-information = { $who ->
    [you] Vous avez dit que vous êtes d'accord avec « Ce qu'il faut savoir ».
   *[other] { $name } a dit son accord avec « Ce qu'il faut savoir ».
}
done-locker-close = { $who ->
    [you] Vous avez fermé votre consigne. Elle sera effacée à la date dite.
   *[other] { $name } a fermé votre consigne. Elle sera effacée à la date dite.
}
done-locker-reopen = { $who ->
    [you] Vous avez rouvert votre consigne.
   *[other] { $name } a rouvert votre consigne.
}
done-locker-erase = { $who ->
    [you] Vous avez effacé la consigne.
   *[other] { $name } a effacé la consigne.
}
done-locker-inactive-notice = { $who ->
    [you] Vous avez noté une longue absence. Rien n'est effacé.
   *[other] { $name } a noté votre longue absence. Rien n'est effacé.
}
done-locker-view = { $who ->
    [you] Vous avez regardé combien de papiers vous avez.
   *[other] { $name } a regardé combien de papiers vous avez.
}
done-document-list = { $who ->
    [you] Vous avez regardé la liste de vos papiers.
   *[other] { $name } a regardé la liste de vos papiers.
}
done-document-view = { $who ->
    [you] Vous avez regardé la fiche { $of_paper }.
   *[other] { $name } a regardé la fiche { $of_paper }.
}
done-document-deposit-begin = { $who ->
    [you] Vous avez commencé à ajouter un papier.
   *[other] { $name } a commencé à ajouter un papier.
}
done-document-replace-begin = { $who ->
    [you] Vous avez commencé à remplacer { $paper } par une version plus récente.
   *[other] { $name } a commencé à remplacer { $paper } par une version plus récente.
}
done-document-deposit = { $who ->
    [you] Vous avez ajouté { $paper }.
   *[other] { $name } a ajouté { $paper }.
}
done-document-trash = { $who ->
    [you] Vous avez mis { $paper } à la corbeille.
   *[other] { $name } a mis { $paper } à la corbeille.
}
done-document-restore = { $who ->
    [you] Vous avez repris { $paper } dans la corbeille.
   *[other] { $name } a repris { $paper } dans la corbeille.
}
done-content-read = { $who ->
    [you] Vous avez ouvert { $paper }.
   *[other] { $name } a ouvert { $paper }.
}
done-access-close = { $who ->
    [you] Vous avez terminé une lecture ou un ajout.
   *[other] { $name } a noté la fin d'une lecture ou d'un ajout.
}
done-document-new-version = { $who ->
    [you] Vous avez remplacé { $paper } par une version plus récente.
   *[other] { $name } a remplacé { $paper } par une version plus récente.
}
done-document-amend = { $who ->
    [you] Vous avez changé la fiche { $of_paper }.
   *[other] { $name } a changé la fiche { $of_paper }.
}
done-document-destroy = { $who ->
    [you] Vous avez supprimé { $paper } pour toujours.
   *[other] { $name } a supprimé { $paper } pour toujours.
}
done-document-control = { $who ->
    [you] Vous avez demandé si { $paper } a changé.
   *[other] { $name } a demandé si { $paper } a changé.
}
done-document-versions = { $who ->
    [you] Vous avez regardé les versions { $of_paper }.
   *[other] { $name } a regardé les versions { $of_paper }.
}
done-locker-control = { $who ->
    [you] Vous avez demandé si vos papiers ont changé.
   *[other] { $name } a demandé si vos papiers ont changé.
}
done-locker-export = { $who ->
    [you] Vous avez tout emporté : vos papiers et leur histoire.
   *[other] { $name } a tout emporté : vos papiers et leur histoire.
}
done-journal-read = { $who ->
    [you] Vous avez regardé qui a ouvert vos papiers.
   *[other] { $name } a regardé qui a ouvert vos papiers.
}
done-maintenance-verify-journal = { $who ->
    [you] Vous avez vérifié que les lignes n'ont pas changé.
   *[other] { $name } a vérifié que les lignes n'ont pas changé.
}
done-maintenance-migrate = { $who ->
    [you] Vous avez mis à jour le rangement des données.
   *[other] { $name } a mis à jour le rangement des données.
}
done-maintenance-sweep = { $who ->
    [you] Vous avez enlevé des restes de fichiers.
   *[other] { $name } a enlevé des restes de fichiers.
}
done-maintenance-rotate-keys = { $who ->
    [you] Vous avez changé la clé qui protège la consigne. Les papiers sont restés fermés.
   *[other] { $name } a changé la clé qui protège la consigne. Les papiers sont restés fermés.
}
done-maintenance-retire-keys = { $who ->
    [you] Vous avez supprimé l'ancienne clé de la consigne. Les papiers sont restés fermés.
   *[other] { $name } a supprimé l'ancienne clé de la consigne. Les papiers sont restés fermés.
}
done-maintenance-list-keys = { $who ->
    [you] Vous avez compté les clés du service. Rien n'a été ouvert.
   *[other] { $name } a compté les clés du service. Rien n'a été ouvert.
}

done-organisation-view = { $who ->
    [you] { $place ->
        [office] Vous avez regardé qui fait partie du bureau.
       *[other] Vous avez regardé qui fait partie de la structure.
    }
   *[other] { $place ->
        [office] { $name } a regardé qui fait partie du bureau.
       *[other] { $name } a regardé qui fait partie de la structure.
    }
}
done-organisation-create = { $who ->
    [you] { $place ->
        [office] Vous avez créé le bureau.
       *[other] Vous avez créé la structure.
    }
   *[other] { $place ->
        [office] { $name } a créé le bureau.
       *[other] { $name } a créé la structure.
    }
}
done-organisation-list = { $who ->
    [you] Vous avez regardé la liste des structures.
   *[other] { $name } a regardé la liste des structures.
}
done-member-invite = { $who ->
    [you] Vous avez invité { $whom }.
   *[other] { $name } a invité { $whom }.
}
done-member-join = { $who ->
    [you] { $place ->
        [office] Vous avez rejoint le bureau.
       *[other] Vous avez rejoint la structure.
    }
   *[other] { $place ->
        [office] { $name } a rejoint le bureau.
       *[other] { $name } a rejoint la structure.
    }
}
done-member-amend = { $who ->
    [you] Vous avez changé ce que fait { $whom }.
   *[other] { $name } a changé ce que fait { $whom }.
}
done-member-suspend = { $who ->
    [you] Vous avez suspendu { $whom }.
   *[other] { $name } a suspendu { $whom }.
}
done-member-resume = { $who ->
    [you] Vous avez redonné ses droits à { $whom }.
   *[other] { $name } a redonné ses droits à { $whom }.
}
done-member-leave = { $who ->
    [you] { $place ->
        [office] Vous avez quitté le bureau.
       *[other] Vous avez quitté la structure.
    }
   *[other] { $place ->
        [office] { $name } a quitté le bureau.
       *[other] { $name } a quitté la structure.
    }
}
done-member-end = { $who ->
    [you] { $place ->
        [office] Vous avez retiré { $whom } du bureau.
       *[other] Vous avez retiré { $whom } de la structure.
    }
   *[other] { $place ->
        [office] { $name } a retiré { $whom } du bureau.
       *[other] { $name } a retiré { $whom } de la structure.
    }
}
done-member-idle-notice = { $who ->
    [you] Vous avez noté une longue absence : { $whom }.
   *[other] { $name } a noté une longue absence : { $whom }.
}
done-member-remind = { $who ->
    [you] Vous avez écrit à { $whom } au sujet de son absence.
   *[other] { $name } a écrit à { $whom } au sujet de son absence.
}
done-organisation-journal-read = { $who ->
    [you] { $place ->
        [office] Vous avez regardé ce qui s'est passé dans le bureau.
       *[other] Vous avez regardé ce qui s'est passé dans la structure.
    }
   *[other] { $place ->
        [office] { $name } a regardé ce qui s'est passé dans le bureau.
       *[other] { $name } a regardé ce qui s'est passé dans la structure.
    }
}
done-second-factor-enrol = { $who ->
    [you] Vous avez créé un code de sécurité.
   *[other] { $name } a créé un code de sécurité.
}
done-second-factor-pass = { $who ->
    [you] Vous avez donné le code de sécurité.
   *[other] { $name } a donné le code de sécurité.
}
done-second-factor-new-codes = { $who ->
    [you] Vous avez fait de nouveaux codes de secours.
   *[other] { $name } a fait de nouveaux codes de secours.
}
done-second-factor-reset = { $who ->
    [you] Vous avez retiré à { $whom } son code de sécurité.
   *[other] { $name } a retiré à { $whom } son code de sécurité.
}
done-member-factor-reset-elsewhere = Dans une autre structure, une personne qui gère les membres a retiré à { $whom } son code de sécurité. Vérifiez que c'est bien elle avant de redonner ses droits.
done-member-set-aside = Dans une autre structure, une personne qui gère les membres a retiré à { $whom } son code de sécurité. Ses droits ici sont suspendus. Vérifiez que c'est bien elle, puis redonnez ses droits.
done-member-factor-replaced = { $who ->
    [you] Vous avez remplacé votre code de sécurité.
   *[other] { $name } a remplacé son code de sécurité.
}
done-second-factor-replace-begin = { $who ->
    [you] Vous avez commencé à remplacer votre code de sécurité.
   *[other] { $name } a commencé à remplacer son code de sécurité.
}
done-second-factor-replace = { $who ->
    [you] Vous avez remplacé votre code de sécurité.
   *[other] { $name } a remplacé son code de sécurité.
}
done-help-code = { $who ->
    [you] Vous avez fait un code pour être aidé.
   *[other] { $name } a fait un code pour être aidé.
}
done-mandate-propose = { $who ->
    [you] Vous avez proposé d'aider.
   *[other] { $name } a proposé d'aider.
}
done-mandate-withdraw-proposal = { $who ->
    [you] Vous avez retiré votre proposition d'aide.
   *[other] { $name } a retiré sa proposition d'aide.
}
done-mandate-propose-transfer = { $who ->
    [you] Vous avez proposé qu'un ou une collègue aide à votre place.
   *[other] { $name } a proposé qu'un ou une collègue aide à sa place.
}
done-mandate-narrow = { $who ->
    [you] Vous avez retiré une partie d'une autorisation d'aide.
   *[other] { $name } a retiré une partie d'une autorisation d'aide.
}
done-mandate-give-to = { $who ->
    [you] Vous avez donné une autorisation d'aide à { $whom }.
   *[other] { $name } a donné une autorisation d'aide à { $whom }.
}
done-mandate-give = { $who ->
    [you] Vous avez donné une autorisation d'aide.
   *[other] { $name } a donné une autorisation d'aide.
}
done-mandate-decline = { $who ->
    [you] Vous avez refusé une proposition d'aide.
   *[other] { $name } a refusé une proposition d'aide.
}
done-mandate-revoke = { $who ->
    [you] Vous avez arrêté une autorisation d'aide.
   *[other] { $name } a arrêté une autorisation d'aide.
}
done-mandate-list = { $who ->
    [you] Vous avez regardé qui vous aide.
   *[other] { $name } a regardé qui aide.
}
done-mandate-view = { $who ->
    [you] Vous avez regardé ce qui a été fait avec une autorisation d'aide.
   *[other] { $name } a regardé ce qui a été fait avec une autorisation d'aide.
}
done-mandate-stop-all = { $who ->
    [you] Vous avez arrêté toute l'aide.
   *[other] { $name } a arrêté toute l'aide.
}
done-visit-begin = { $who ->
    [you] Vous avez commencé une visite.
   *[other] { $name } a commencé une visite.
}
done-visit-end = { $who ->
    [you] Vous avez fini une visite.
   *[other] { $name } a fini une visite.
}
done-document-original-seen = { $who ->
    [you] Vous avez vu l'original { $of_paper }.
   *[other] { $name } a vu l'original { $of_paper }.
}
done-document-withdraw = { $who ->
    [you] Vous avez retiré un papier : ce n'était pas le bon.
   *[other] { $name } a retiré un papier : ce n'était pas le bon.
}
done-document-withdraw-opened = { $who ->
    [you] Vous avez retiré un papier : ce n'était pas le bon. Quelqu'un l'avait déjà ouvert.
   *[other] { $name } a retiré un papier : ce n'était pas le bon. Quelqu'un l'avait déjà ouvert.
}
done-member-withdrew-opened = { $who ->
    [you] Vous avez retiré un papier : ce n'était pas le bon. Quelqu'un l'avait déjà ouvert. Parlez-en à la personne qui gère les membres : il faut peut-être prévenir une personne.
   *[other] { $name } a retiré un papier : ce n'était pas le bon. Quelqu'un l'avait déjà ouvert. Parlez-en ensemble : il faut peut-être prévenir une personne.
}
done-window-open = { $who ->
    [you] Vous avez proposé votre aide à une personne présente.
   *[other] { $name } a proposé son aide à une personne présente.
}
done-window-sign-in = Vous avez lu une proposition d'aide. C'était sur { $whom }.
done-window-extend = { $who ->
    [you] Vous avez donné plus de temps pour lire une proposition d'aide.
   *[other] { $name } a donné plus de temps pour lire une proposition d'aide.
}
line-times = C'est arrivé { $count } fois de suite.
done-window-close = Vous avez quitté une proposition d'aide sans répondre. C'était sur { $whom }.
done-window-close-time = Une proposition d'aide est restée sans réponse. Le temps est passé. C'était sur { $whom }.
done-mandate-give-window = Vous avez donné une autorisation d'aide. C'était sur { $whom }.
done-mandate-decline-window = Vous avez refusé une proposition d'aide. C'était sur { $whom }.
done-mandate-expire = L'autorisation d'aide s'est arrêtée. C'était la date prévue.
done-sheet-send = { $who ->
    [you] Vous avez envoyé la photo d'une feuille signée.
   *[other] { $name } a envoyé la photo d'une feuille signée.
}
done-sheet-view = { $who ->
    [you] Vous avez regardé la photo d'une feuille signée.
   *[other] { $name } a regardé la photo d'une feuille signée.
}
done-sheet-confirm = { $who ->
    [you] Vous avez vérifié une feuille signée. L'aide a commencé.
   *[other] { $name } a vérifié une feuille signée. L'aide a commencé.
}
done-sheet-spoil = { $who ->
    [you] Vous avez tapé un nom faux. C'était le cinquième : l'offre d'aide a été retirée.
   *[other] { $name } a tapé un nom faux. C'était le cinquième : l'offre d'aide a été retirée.
}
done-sheet-refuse = { $who ->
    [you] Vous avez refusé une feuille à signer.
   *[other] { $name } a refusé une feuille à signer.
}
done-mandate-acknowledge = { $who ->
    [you] Vous avez confirmé une aide donnée sur papier.
   *[other] { $name } a confirmé une aide donnée sur papier.
}
done-help-paper-code = { $who ->
    [you] Vous avez fait un code à garder sur papier.
   *[other] { $name } a fait un code à garder sur papier.
}
done-help-paper-code-drop = { $who ->
    [you] Vous avez retiré le code gardé sur papier.
   *[other] { $name } a retiré le code gardé sur papier.
}
done-sheet-list = { $who ->
    [you] Vous avez regardé les feuilles qui attendent.
   *[other] { $name } a regardé les feuilles qui attendent.
}
done-mandate-supersede = { $who ->
    [you] Vous avez remplacé une autorisation d'aide par une plus récente.
   *[other] { $name } a remplacé une autorisation d'aide par une plus récente.
}
done-session-list = { $who ->
    [you] Vous avez regardé vos appareils.
   *[other] { $name } a regardé ses appareils.
}
done-session-end = { $who ->
    [you] Vous avez terminé une visite sur un appareil.
   *[other] { $name } a terminé une visite sur un appareil.
}
done-session-replaced = { $who ->
    [you] Une autre personne est entrée sur un appareil où vous étiez. Votre visite y est finie.
   *[other] Une autre personne est entrée sur un appareil où vous étiez. Votre visite y est finie.
}
done-step-up = { $who ->
    [you] Vous avez de nouveau prouvé qui vous êtes.
   *[other] { $name } a de nouveau prouvé qui est là.
}

## Lignes : ce qui a été essayé

tried-sign-in = { $who ->
    [you] Vous avez essayé d'entrer.
   *[other] { $name } a essayé d'entrer.
}
tried-sign-out = { $who ->
    [you] Vous avez essayé de sortir.
   *[other] { $name } a essayé de sortir.
}
tried-locker-open = { $who ->
    [you] Vous avez essayé d'ouvrir une consigne.
   *[other] { $name } a essayé d'ouvrir une consigne.
}
tried-locker-accept-information = { $who ->
    [you] Vous avez essayé de dire votre accord avec « Ce qu'il faut savoir ».
   *[other] { $name } a essayé de dire son accord avec « Ce qu'il faut savoir ».
}
tried-locker-close = { $who ->
    [you] Vous avez essayé de fermer votre consigne.
   *[other] { $name } a essayé de fermer votre consigne.
}
tried-locker-reopen = { $who ->
    [you] Vous avez essayé de rouvrir votre consigne.
   *[other] { $name } a essayé de rouvrir votre consigne.
}
tried-locker-erase = { $who ->
    [you] Vous avez essayé d'effacer la consigne.
   *[other] { $name } a essayé d'effacer la consigne.
}
tried-locker-inactive-notice = { $who ->
    [you] Vous avez essayé de noter une longue absence.
   *[other] { $name } a essayé de noter votre longue absence.
}
tried-locker-view = { $who ->
    [you] Vous avez essayé de voir votre consigne.
   *[other] { $name } a essayé de voir votre consigne.
}
tried-document-list = { $who ->
    [you] Vous avez essayé de voir la liste de vos papiers.
   *[other] { $name } a essayé de voir la liste de vos papiers.
}
tried-document-view = { $who ->
    [you] Vous avez essayé de voir la fiche { $of_paper }.
   *[other] { $name } a essayé de voir la fiche { $of_paper }.
}
tried-document-deposit-begin = { $who ->
    [you] Vous avez essayé d'ajouter un papier.
   *[other] { $name } a essayé d'ajouter un papier.
}
tried-document-replace-begin = { $who ->
    [you] Vous avez essayé de remplacer { $paper } par une version plus récente.
   *[other] { $name } a essayé de remplacer { $paper } par une version plus récente.
}
tried-document-deposit = { $who ->
    [you] Vous avez essayé d'ajouter { $paper }.
   *[other] { $name } a essayé d'ajouter { $paper }.
}
tried-document-trash = { $who ->
    [you] Vous avez essayé de mettre { $paper } à la corbeille.
   *[other] { $name } a essayé de mettre { $paper } à la corbeille.
}
tried-document-restore = { $who ->
    [you] Vous avez essayé de reprendre { $paper }.
   *[other] { $name } a essayé de reprendre { $paper }.
}
tried-content-read = { $who ->
    [you] Vous avez essayé d'ouvrir { $paper }.
   *[other] { $name } a essayé d'ouvrir { $paper }.
}
tried-access-close = { $who ->
    [you] Vous avez essayé de terminer une lecture ou un ajout.
   *[other] { $name } a essayé de noter la fin d'une lecture ou d'un ajout.
}
tried-document-new-version = { $who ->
    [you] Vous avez essayé de remplacer { $paper }.
   *[other] { $name } a essayé de remplacer { $paper }.
}
tried-document-amend = { $who ->
    [you] Vous avez essayé de changer la fiche { $of_paper }.
   *[other] { $name } a essayé de changer la fiche { $of_paper }.
}
tried-document-destroy = { $who ->
    [you] Vous avez essayé de supprimer { $paper } pour toujours.
   *[other] { $name } a essayé de supprimer { $paper } pour toujours.
}
tried-document-control = { $who ->
    [you] Vous avez essayé de vérifier { $paper }.
   *[other] { $name } a essayé de vérifier { $paper }.
}
tried-document-versions = { $who ->
    [you] Vous avez essayé de voir les versions { $of_paper }.
   *[other] { $name } a essayé de voir les versions { $of_paper }.
}
tried-locker-control = { $who ->
    [you] Vous avez essayé de vérifier vos papiers.
   *[other] { $name } a essayé de vérifier vos papiers.
}
tried-locker-export = { $who ->
    [you] Vous avez essayé de tout emporter.
   *[other] { $name } a essayé de tout emporter.
}
tried-journal-read = { $who ->
    [you] Vous avez essayé de voir qui a ouvert vos papiers.
   *[other] { $name } a essayé de voir qui a ouvert vos papiers.
}
tried-maintenance-verify-journal = { $who ->
    [you] Vous avez essayé de vérifier les lignes.
   *[other] { $name } a essayé de vérifier les lignes.
}
tried-maintenance-migrate = { $who ->
    [you] Vous avez essayé de mettre à jour le rangement des données.
   *[other] { $name } a essayé de mettre à jour le rangement des données.
}
tried-maintenance-sweep = { $who ->
    [you] Vous avez essayé d'enlever des restes de fichiers.
   *[other] { $name } a essayé d'enlever des restes de fichiers.
}
tried-organisation-view = { $who ->
    [you] { $place ->
        [office] Vous avez essayé de regarder qui fait partie du bureau.
       *[other] Vous avez essayé de regarder qui fait partie de la structure.
    }
   *[other] { $place ->
        [office] { $name } a essayé de regarder qui fait partie du bureau.
       *[other] { $name } a essayé de regarder qui fait partie de la structure.
    }
}
tried-organisation-create = { $who ->
    [you] Vous avez essayé de créer la structure.
   *[other] { $name } a essayé de créer la structure.
}
tried-organisation-list = { $who ->
    [you] Vous avez essayé de regarder la liste des structures.
   *[other] { $name } a essayé de regarder la liste des structures.
}
tried-member-invite = { $who ->
    [you] Vous avez essayé d'inviter { $whom }.
   *[other] { $name } a essayé d'inviter { $whom }.
}
tried-member-join = { $who ->
    [you] Vous avez essayé de rejoindre la structure.
   *[other] { $name } a essayé de rejoindre la structure.
}
tried-member-amend = { $who ->
    [you] Vous avez essayé de changer ce que fait { $whom }.
   *[other] { $name } a essayé de changer ce que fait { $whom }.
}
tried-member-suspend = { $who ->
    [you] Vous avez essayé de suspendre { $whom }.
   *[other] { $name } a essayé de suspendre { $whom }.
}
tried-member-resume = { $who ->
    [you] Vous avez essayé de redonner ses droits à { $whom }.
   *[other] { $name } a essayé de redonner ses droits à { $whom }.
}
tried-member-leave = { $who ->
    [you] { $place ->
        [office] Vous avez essayé de quitter le bureau.
       *[other] Vous avez essayé de quitter la structure.
    }
   *[other] { $place ->
        [office] { $name } a essayé de quitter le bureau.
       *[other] { $name } a essayé de quitter la structure.
    }
}
tried-member-end = { $who ->
    [you] { $place ->
        [office] Vous avez essayé de retirer { $whom } du bureau.
       *[other] Vous avez essayé de retirer { $whom } de la structure.
    }
   *[other] { $place ->
        [office] { $name } a essayé de retirer { $whom } du bureau.
       *[other] { $name } a essayé de retirer { $whom } de la structure.
    }
}
tried-member-idle-notice = { $who ->
    [you] Vous avez essayé de noter une longue absence : { $whom }.
   *[other] { $name } a essayé de noter une longue absence : { $whom }.
}
tried-member-remind = { $who ->
    [you] Vous avez essayé d'écrire à { $whom } au sujet de son absence.
   *[other] { $name } a essayé d'écrire à { $whom } au sujet de son absence.
}
tried-organisation-journal-read = { $who ->
    [you] { $place ->
        [office] Vous avez essayé de regarder ce qui s'est passé dans le bureau.
       *[other] Vous avez essayé de regarder ce qui s'est passé dans la structure.
    }
   *[other] { $place ->
        [office] { $name } a essayé de regarder ce qui s'est passé dans le bureau.
       *[other] { $name } a essayé de regarder ce qui s'est passé dans la structure.
    }
}
tried-second-factor-enrol = { $who ->
    [you] Vous avez essayé de créer un code de sécurité.
   *[other] { $name } a essayé de créer un code de sécurité.
}
tried-second-factor-pass = { $who ->
    [you] Vous avez essayé de donner le code de sécurité.
   *[other] { $name } a essayé de donner le code de sécurité.
}
tried-second-factor-new-codes = { $who ->
    [you] Vous avez essayé de faire de nouveaux codes de secours.
   *[other] { $name } a essayé de faire de nouveaux codes de secours.
}
tried-second-factor-reset = { $who ->
    [you] Vous avez essayé de retirer à { $whom } son code de sécurité.
   *[other] { $name } a essayé de retirer à { $whom } son code de sécurité.
}
tried-member-factor-reset-elsewhere = Dans une autre structure, quelqu'un a essayé de retirer à { $whom } son code de sécurité.
tried-member-set-aside = Dans une autre structure, quelqu'un a essayé de retirer à { $whom } son code de sécurité.
tried-member-factor-replaced = { $who ->
    [you] Vous avez essayé de remplacer votre code de sécurité.
   *[other] { $name } a essayé de remplacer son code de sécurité.
}
tried-second-factor-replace-begin = { $who ->
    [you] Vous avez essayé de commencer à remplacer votre code de sécurité.
   *[other] { $name } a essayé de commencer à remplacer son code de sécurité.
}
tried-second-factor-replace = { $who ->
    [you] Vous avez essayé de remplacer votre code de sécurité.
   *[other] { $name } a essayé de remplacer son code de sécurité.
}
tried-help-code = { $who ->
    [you] Vous avez essayé de faire un code pour être aidé.
   *[other] { $name } a essayé de faire un code pour être aidé.
}
tried-mandate-propose = { $who ->
    [you] Vous avez essayé de proposer d'aider.
   *[other] { $name } a essayé de proposer d'aider.
}
tried-mandate-withdraw-proposal = { $who ->
    [you] Vous avez essayé de retirer une proposition d'aide.
   *[other] { $name } a essayé de retirer une proposition d'aide.
}
tried-mandate-propose-transfer = { $who ->
    [you] Vous avez essayé de proposer qu'un ou une collègue aide à votre place.
   *[other] { $name } a essayé de proposer qu'un ou une collègue aide à sa place.
}
tried-mandate-narrow = { $who ->
    [you] Vous avez essayé de changer une autorisation d'aide.
   *[other] { $name } a essayé de changer une autorisation d'aide.
}
tried-mandate-give = { $who ->
    [you] Vous avez essayé de donner une autorisation d'aide.
   *[other] { $name } a essayé de donner une autorisation d'aide.
}
tried-mandate-decline = { $who ->
    [you] Vous avez essayé de refuser une proposition d'aide.
   *[other] { $name } a essayé de refuser une proposition d'aide.
}
tried-mandate-revoke = { $who ->
    [you] Vous avez essayé d'arrêter une autorisation d'aide.
   *[other] { $name } a essayé d'arrêter une autorisation d'aide.
}
tried-mandate-list = { $who ->
    [you] Vous avez essayé de regarder les autorisations d'aide.
   *[other] { $name } a essayé de regarder les autorisations d'aide.
}
tried-mandate-view = { $who ->
    [you] Vous avez essayé de regarder ce qui a été fait avec une autorisation d'aide.
   *[other] { $name } a essayé de regarder ce qui a été fait avec une autorisation d'aide.
}
tried-mandate-stop-all = { $who ->
    [you] Vous avez essayé d'arrêter toute l'aide.
   *[other] { $name } a essayé d'arrêter toute l'aide.
}
tried-visit-begin = { $who ->
    [you] Vous avez essayé de commencer une visite.
   *[other] { $name } a essayé de commencer une visite.
}
tried-visit-end = { $who ->
    [you] Vous avez essayé de finir une visite.
   *[other] { $name } a essayé de finir une visite.
}
tried-document-original-seen = { $who ->
    [you] Vous avez essayé de noter que vous avez vu l'original { $of_paper }.
   *[other] { $name } a essayé de noter que l'original { $of_paper } est vu.
}
tried-document-withdraw = { $who ->
    [you] Vous avez essayé de retirer un papier qui n'était pas le bon.
   *[other] { $name } a essayé de retirer un papier qui n'était pas le bon.
}
tried-member-withdrew-opened = { $who ->
    [you] Vous avez essayé de retirer un papier qui n'était pas le bon.
   *[other] { $name } a essayé de retirer un papier qui n'était pas le bon.
}
tried-window-open = { $who ->
    [you] Vous avez essayé de proposer votre aide à une personne présente.
   *[other] { $name } a essayé de proposer son aide à une personne présente.
}
tried-window-sign-in = Quelqu'un a essayé de lire une proposition d'aide, sur { $whom }.
tried-window-extend = { $who ->
    [you] Vous avez essayé de donner plus de temps pour lire une proposition d'aide.
   *[other] { $name } a essayé de donner plus de temps pour lire une proposition d'aide.
}
tried-window-close-time = Une proposition d'aide devait s'arrêter. C'était sur { $whom }.
tried-window-close = Quelqu'un a essayé de quitter une proposition d'aide, sur { $whom }.
tried-mandate-give-window = Vous avez essayé de donner une autorisation d'aide, sur { $whom }.
tried-mandate-decline-window = Vous avez essayé de refuser une proposition d'aide, sur { $whom }.
tried-mandate-expire = L'autorisation d'aide devait s'arrêter.
tried-sheet-send = { $who ->
    [you] Vous avez essayé d'envoyer une photo pour commencer une aide.
   *[other] { $name } a essayé d'envoyer une photo pour commencer une aide.
}
tried-sheet-view = { $who ->
    [you] Vous avez essayé de regarder la photo qui permet une aide.
   *[other] { $name } a essayé de regarder la photo qui permet une aide.
}
tried-sheet-confirm = { $who ->
    [you] Vous avez essayé de vérifier ce qui permet une aide.
   *[other] { $name } a essayé de vérifier ce qui permet une aide.
}
tried-sheet-spoil = Une offre d'aide devait être retirée.
tried-sheet-refuse = { $who ->
    [you] Vous avez essayé de refuser ce qui permet une aide.
   *[other] { $name } a essayé de refuser ce qui permet une aide.
}
tried-mandate-acknowledge = { $who ->
    [you] Vous avez essayé de confirmer une aide donnée sur papier.
   *[other] { $name } a essayé de confirmer une aide donnée sur papier.
}
tried-help-paper-code = { $who ->
    [you] Vous avez essayé de faire un code à garder sur papier.
   *[other] { $name } a essayé de faire un code à garder sur papier.
}
tried-help-paper-code-drop = { $who ->
    [you] Vous avez essayé de retirer le code gardé sur papier.
   *[other] { $name } a essayé de retirer le code gardé sur papier.
}
tried-sheet-list = { $who ->
    [you] Vous avez essayé de regarder les feuilles qui attendent.
   *[other] { $name } a essayé de regarder les feuilles qui attendent.
}
tried-mandate-supersede = { $who ->
    [you] Vous avez essayé de remplacer une autorisation d'aide.
   *[other] { $name } a essayé de remplacer une autorisation d'aide.
}
tried-session-list = { $who ->
    [you] Vous avez essayé de voir vos appareils.
   *[other] { $name } a essayé de voir ses appareils.
}
tried-session-end = { $who ->
    [you] Vous avez essayé de sortir d'un appareil.
   *[other] { $name } a essayé de sortir d'un appareil.
}
tried-session-replaced = Une autre personne a essayé d'entrer sur un appareil où vous étiez.
tried-step-up = { $who ->
    [you] Vous avez essayé de prouver de nouveau qui vous êtes.
   *[other] { $name } a essayé de prouver de nouveau qui est là.
}
tried-maintenance-rotate-keys = { $who ->
    [you] Vous avez essayé de changer la clé qui protège la consigne.
   *[other] { $name } a essayé de changer la clé qui protège la consigne.
}
tried-maintenance-retire-keys = { $who ->
    [you] Vous avez essayé de supprimer l'ancienne clé de la consigne.
   *[other] { $name } a essayé de supprimer l'ancienne clé de la consigne.
}
tried-maintenance-list-keys = { $who ->
    [you] Vous avez essayé de compter les clés du service.
   *[other] { $name } a essayé de compter les clés du service.
}
line-refused-entry = L'entrée a été refusée : { $because }.
line-refused = C'était refusé : { $because }.
line-failed = Ça n'a pas marché : { $because }.

## Lignes : comment une lecture ou un ajout s'est terminé

close-reading-complete = La lecture { $of_paper } est allée jusqu'au bout.
close-reading-partial = Une partie { $of_paper } a été lue : { $size }.
close-reading-stopped = La lecture { $of_paper } s'est arrêtée : { $because }.
close-reading-amount = { $size } ont été lus.
close-deposit-complete = L'ajout est allé jusqu'au bout.
close-deposit-replayed = Le papier était déjà là. Il n'a pas été ajouté une deuxième fois.
close-deposit-stopped = L'ajout s'est arrêté : { $because }.
close-control-complete = La vérification est finie. Rien n'a changé.
close-control-damaged = La vérification est finie. Un papier est abîmé.
close-control-stopped = La vérification s'est arrêtée : { $because }.
close-export-complete = Tout a été emporté.
close-export-damaged = Tout a été emporté, sauf ce qui est abîmé.
close-export-stopped = L'envoi s'est arrêté avant la fin : { $because }.
line-damaged = Cette ligne ne peut pas être vérifiée. Parlez-en au service.

## Lignes : pourquoi

because-wrong-code = le code n'était pas bon
because-factor-locked = il y a eu trop de mauvais codes
because-factor-state = le code de sécurité n'existe pas encore, ou existe déjà
because-replacement-over = plus de 15 minutes avaient passé
because-already-member = cette personne fait déjà partie de la structure
because-unknown-member = personne de ce nom ne fait partie de la structure
because-unknown-mandate = cette autorisation d'aide n'existe pas
because-own-locker = c'est sa propre consigne
because-no-sheet = la photo de la feuille signée manque
because-second-person = une deuxième personne doit vérifier
because-surer-consent = un accord plus sûr existe déjà
because-wrong-holder = le nom ou la date de naissance n'est pas celui de la personne
because-not-signed-in = l'entrée n'était pas faite
because-session-ended = la visite était finie
because-session-idle = rien ne s'est passé pendant 15 minutes
because-session-expired = la visite durait depuis trop longtemps
because-no-relation = cette personne n'a aucun lien avec la consigne
because-unknown-document = ce papier n'est pas dans la consigne
because-wrong-state = le papier était dans la corbeille, ou en était déjà sorti
because-quota-exceeded = la consigne était pleine
because-already-open = la consigne était déjà ouverte
because-locker-closed = la consigne est fermée
because-locker-open = la consigne est ouverte
because-closure-over = la date pour la rouvrir est passée
because-not-proven = la demande ne vient pas du service
because-not-allowed = ce n'était pas permis
because-not-fresh = il faut d'abord prouver de nouveau qui vous êtes
because-too-large = le fichier était trop grand
because-cut = la connexion a été coupée
because-wrong-hash = le fichier avait changé en route
because-kind-of-file = cette sorte de fichier n'est pas acceptée
because-store-away = l'endroit où sont les papiers ne répondait pas
because-interrupted = le service s'est arrêté
because-damaged = le papier est abîmé
because-reader-left = la lecture a été quittée avant la fin
because-complete = tout était fait
because-partial = une partie seulement était demandée
because-too-slow = plus rien n'arrivait
because-replayed = le papier était déjà là
because-mandate-over = l'autorisation d'aide est finie
because-mandate-to-come = l'autorisation d'aide n'a pas commencé
because-not-a-member = cette personne n'aide plus pour sa structure
because-no-second-factor = le code de sécurité manquait
because-no-visit = aucune visite n'était en cours
because-out-of-scope = l'autorisation d'aide ne va pas jusque-là
because-withdrawal-over = le papier était là depuis plus de 48 heures
because-not-own-deposit = une autre personne avait ajouté ce papier
because-deposit-withdrawn = le papier avait déjà été ajouté, puis retiré
because-paper-destroyed = le papier avait déjà été ajouté, puis supprimé pour toujours
because-bad-field = un renseignement n'était pas bon
because-bad-answer = la preuve d'identité n'était pas bonne
because-refused-at-issuer = la personne a dit non
because-issuer-away = le service d'identité ne répondait pas
because-too-many = il y a eu trop d'essais
because-another-person = c'était une autre personne
because-not-proven-again = la preuve d'identité était trop ancienne
because-unknown-session = cet appareil n'est pas dans la liste
because-clock-behind = l'heure du service n'était pas bonne

## La page pour les développeurs de logiciels

api-title = Pour les développeurs de logiciels
api-told = Cette page dit comment un logiciel parle à Consigne. Elle est écrite en anglais.

## Ce qui ne va pas, et que faire

problem-not-signed-in-title = Il faut d'abord entrer.
problem-not-signed-in-help = Entrez, puis recommencez.
problem-session-over-title = Votre visite est finie.
problem-session-over-help = Entrez de nouveau, puis recommencez.
problem-not-found-title = Cette page ou ce papier n'est pas là.
problem-not-found-help = Vérifiez l'adresse, ou revenez au début.
problem-method-not-allowed-title = Cette adresse ne permet pas cette action.
problem-method-not-allowed-help = Revenez au début et choisissez un bouton.
problem-sign-in-again-title = Il faut d'abord prouver de nouveau qui vous êtes.
problem-sign-in-again-help = Rien n'a changé. Entrez de nouveau, puis recommencez.
problem-another-person-title = C'est une autre personne qui a prouvé qui elle est.
problem-another-person-help = Rien n'a changé. Recommencez avec votre propre compte.
problem-not-proven-again-title = Le service d'identité ne vous a pas demandé de preuve.
problem-not-proven-again-help = Rien n'a changé. Sortez, entrez de nouveau, puis recommencez.
problem-wrong-origin-title = Cette demande vient d'un autre site.
problem-wrong-origin-help = Rien n'a changé. Recommencez depuis les pages de Consigne.
problem-wrong-host-title = Cette adresse n'est pas celle de Consigne.
problem-wrong-host-help = Vérifiez l'adresse en haut de votre écran.
problem-wrong-state-title = C'est déjà fait, ou le papier a changé de place.
problem-wrong-state-help = Rechargez la page, puis regardez où est le papier.
problem-quota-title = Votre consigne est pleine.
problem-quota-help = Rien n'est perdu. Choisissez un fichier plus petit, ou parlez-en au service.
problem-already-open-title = Vous avez déjà une consigne.
problem-already-open-help = Revenez au début pour la voir.
problem-locker-closed-title = Votre consigne est fermée.
problem-locker-closed-help = Rouvrez votre consigne, puis recommencez.
problem-locker-open-title = Votre consigne est déjà ouverte.
problem-locker-open-help = Revenez à vos papiers.
problem-closure-over-title = La date pour rouvrir votre consigne est passée.
problem-closure-over-help = Elle va être effacée. Vous pourrez ouvrir une nouvelle consigne.
problem-second-factor-title = Il faut votre code de sécurité
problem-second-factor-help = Donnez votre code de sécurité, puis recommencez.
problem-wrong-code-title = Ce code n'est pas bon
problem-wrong-code-help = Vérifiez le code, puis recommencez. Un code ne sert qu'une fois.
problem-factor-locked-title = Trop de mauvais codes
problem-factor-locked-help = Attendez un moment, puis recommencez. Vous pouvez prendre un code de secours à ce moment-là.
problem-factor-state-title = Ce n'est pas possible maintenant
problem-factor-state-help = Votre code de sécurité n'existe pas encore, ou existe déjà. Revenez au début.
problem-replacement-over-title = Plus de 15 minutes ont passé
problem-replacement-over-help = Rien n'a changé : votre ancien code est toujours bon. Effacez le nouveau de votre application, puis recommencez.
problem-already-member-title = Vous faites déjà partie de cette structure
problem-already-member-help = Vous n'avez rien à faire.
problem-no-sheet-title = La photo manque encore
problem-no-sheet-help = La personne qui propose doit d'abord envoyer la photo de la feuille signée.
problem-second-person-title = Une autre personne doit vérifier
problem-second-person-help = Demandez à une autre personne de votre structure.
problem-surer-consent-title = La personne a déjà donné un accord plus sûr
problem-surer-consent-help = Cette feuille ou cette décision ne remplace pas cet accord. Refusez-la.
problem-wrong-holder-title = Ce n'est pas la bonne personne
problem-wrong-holder-help = Lisez encore le nom. Est-ce la bonne feuille, ou la bonne décision ? Sinon, refusez. Après cinq noms faux, la feuille est retirée.
problem-own-locker-title = C'est votre consigne
problem-own-locker-help = Personne ne s'aide soi-même. Montrez ce code à la personne qui vous aide.
problem-member-state-title = C'est déjà fait, ou quelque chose a changé entre-temps.
problem-member-state-help = Revenez au début, puis regardez la liste des membres.
problem-member-suspended-title = Vos droits sont suspendus ici.
problem-member-suspended-help = Pour partir d'ici, demandez à la personne qui gère les membres.
problem-member-no-factor-title = Cette personne n'a pas de code de sécurité.
problem-member-no-factor-help = Elle peut en créer un quand elle entre. Vous n'avez rien à faire.
problem-own-tasks-title = Vous ne pouvez pas changer cela vous-même.
problem-own-tasks-help = Demandez à une autre personne qui gère les membres. Il n'y en a pas ? Invitez-en une d'abord.
problem-not-allowed-title = Vous ne pouvez pas faire cela.
problem-not-allowed-help = Rien n'a changé. Revenez au début.
problem-too-large-title = Ce fichier est trop grand.
problem-too-large-help = La taille la plus grande est { $limit }. Choisissez un fichier plus petit.
problem-empty-file-title = Il manque le fichier, ou il est vide.
problem-empty-file-help = Choisissez un fichier qui s'ouvre sur votre appareil.
problem-kind-of-file-title = Cette sorte de fichier n'est pas acceptée.
problem-kind-of-file-help = Choisissez une photo, un PDF, un texte, un son ou une vidéo.
sheet-kinds = Choisissez une photo ou un PDF.
problem-wrong-hash-title = Le fichier a changé en route.
problem-wrong-hash-help = Rien n'est gardé. Envoyez le fichier de nouveau.
problem-cut-title = La connexion a été coupée.
problem-cut-help = Recommencez. Le papier ne sera pas ajouté deux fois.
problem-too-slow-title = Le fichier n'arrive plus.
problem-too-slow-help = Vérifiez votre connexion, puis recommencez.
problem-repeat-key-title = Ce formulaire a déjà servi pour un autre papier.
problem-repeat-key-help = Ouvrez la page « Ajouter un papier » de nouveau.
problem-paper-destroyed-title = Ce papier avait été ajouté, puis supprimé pour toujours.
problem-paper-destroyed-help = Pour l'ajouter de nouveau, ouvrez la page « Ajouter un papier ».
problem-deposit-withdrawn-title = Ce papier avait été ajouté, puis retiré.
problem-deposit-withdrawn-help = Pour l'ajouter de nouveau, ouvrez la page « Ajouter un papier ».
problem-withdrawal-over-title = Vous ne pouvez plus retirer ce papier.
problem-withdrawal-over-help = Il est là depuis plus de 48 heures. Dites-le à la personne que vous aidez : elle peut supprimer le papier.
problem-bad-range-title = Cette partie du papier n'existe pas.
problem-bad-range-help = Ouvrez le papier en entier.
problem-bad-field-title = « { $field } » : la réponse n'est pas bonne.
problem-bad-field-help = Corrigez cette réponse, puis recommencez.
problem-damaged-title = Ce papier est abîmé et ne s'ouvre pas.
problem-damaged-help = Ce n'est pas votre faute. Parlez-en au service.
problem-away-title = Le service ne répond pas.
problem-away-help = Rien n'est perdu. Recommencez dans quelques minutes.
problem-full-title = Le service n'a plus de place.
problem-full-help = Vos papiers sont toujours là. Recommencez plus tard.
problem-too-many-title = Il y a eu trop d'essais.
problem-too-many-help = Attendez 1 minute, puis recommencez.
problem-declined-title = Vous avez dit non : l'entrée n'est pas faite.
problem-declined-help = Rien n'a été transmis. Vous pouvez recommencer.
problem-issuer-away-title = Le service qui vérifie votre identité ne répond pas.
problem-issuer-away-help = Vos papiers sont en lieu sûr. Recommencez dans quelques minutes.
problem-not-believed-title = Votre identité n'a pas pu être vérifiée.
problem-not-believed-help = Recommencez depuis le début. Si rien ne change, parlez-en au service.
problem-unknown-sign-in-title = Cette entrée est trop ancienne, ou vient d'un autre appareil.
problem-unknown-sign-in-help = Revenez au début, puis entrez de nouveau.
problem-no-issuer-title = On ne peut pas entrer par ici.
problem-no-issuer-help = Revenez au début et choisissez « Entrer ».
problem-bad-request-title = Le service n'a pas compris cette demande.
problem-bad-request-help = Revenez à la page d'avant, puis recommencez.
problem-internal-title = Le service a eu un problème.
problem-internal-help = Ce n'est pas votre faute. Recommencez dans quelques minutes.
problem-field-empty = Il manque une réponse ici.
problem-field-too-long = C'est trop long : { $limit } lettres au plus.
problem-field-not-a-date = Ce n'est pas une date. Écrivez l'année, le mois, le jour. Exemple : 2027-03-31.
problem-field-not-a-hash = L'empreinte n'est pas bonne : il faut 64 chiffres ou lettres de a à f.
problem-field-unknown-kind = Choisissez un type dans la liste.
problem-field-out-of-date = Le texte a changé. Lisez-le de nouveau, puis recommencez.
problem-field-otherwise = La décision ne dit pas la même chose que le texte. Relisez-la, ou refusez.
problem-field-unchanged = Rien n'a changé. Retirez quelque chose, ou laissez cette aide comme elle est.
problem-field-past = Ce jour est déjà passé. Choisissez un jour à venir.
problem-field-to-come = Ce jour n'est pas encore venu. Écrivez un jour passé.
problem-field-too-far = { $limit ->
    [365] C'est trop long : 1 an au plus.
    [1827] C'est trop long : 5 ans au plus.
   *[other] C'est trop long : { $limit } jours au plus.
}
problem-field-absent = Sur papier, la personne n'est pas là. Choisissez un nombre de jours ou une date.
problem-field-not-on-paper = Sur papier, l'aide ne donne jamais la santé. Décochez tout dans « Santé ».
problem-field-beyond-measure = Cette mesure permet seulement de voir la liste, d'ouvrir et d'ajouter. Décochez le reste.
problem-field-not-of-person = La décision ne porte pas sur la personne. Décochez tout dans « Santé ».
problem-field-one-person = Sur papier ou par décision de justice, une seule personne aide. Choisissez « Moi seulement ».
problem-field-wider = Vous pouvez seulement retirer ce que cette personne peut faire, ou finir plus tôt.
problem-field-malformed = Cette réponse n'a pas la bonne forme.
problem-field-missing = Cette réponse est nécessaire.
field-title = Nom du papier
field-kind = Type de papier
field-whose = À qui est ce papier ?
field-private = Cacher ce papier à mes aidants
field-issued-on = Date du papier
field-expires-on = Dernier jour où le papier est bon
field-file = Fichier
field-category = Rubrique
field-accepts = Accord avec le texte “Ce qu'il faut savoir”

## Les 10 rubriques

category-identite = Identité
category-sejour = Séjour en France
category-etat-civil = Naissance, mariage, famille
category-logement = Logement
category-emploi = Travail
category-prestations = Aides et retraite
category-impots = Impôts
category-sante = Santé
category-banque = Banque
category-formation = Diplômes et autres papiers

## Les types de papier

kind-identite-carte-nationale = Carte d'identité
kind-identite-passeport = Passeport
kind-identite-permis-conduire = Permis de conduire
kind-identite-photo = Photo d'identité
kind-identite-declaration-perte = Déclaration de perte ou de vol
kind-sejour-titre-sejour = Titre de séjour
kind-sejour-recepisse = Récépissé de la préfecture
kind-sejour-demande-asile = Attestation de demande d'asile
kind-sejour-visa = Visa
kind-sejour-convocation-prefecture = Rendez-vous à la préfecture
kind-etat-civil-acte-naissance = Acte de naissance
kind-etat-civil-livret-famille = Livret de famille
kind-etat-civil-acte-mariage-pacs = Acte de mariage ou de PACS
kind-etat-civil-jugement-divorce-garde = Jugement de divorce ou de garde
kind-etat-civil-certificat-grossesse = Certificat de grossesse
kind-logement-justificatif-domicile = Preuve d'adresse
kind-logement-attestation-hebergement = Attestation de la personne qui héberge
kind-logement-election-domicile = Attestation d'adresse au CCAS ou dans une association
kind-logement-bail = Bail
kind-logement-quittance-loyer = Quittance de loyer
kind-logement-assurance-habitation = Assurance du logement
kind-logement-demande-logement-social = Demande de logement social
kind-emploi-bulletin-salaire = Bulletin de salaire
kind-emploi-contrat-travail = Contrat de travail
kind-emploi-attestation-employeur = Attestation de l'employeur
kind-emploi-attestation-france-travail = Attestation de France Travail
kind-emploi-cv = CV
kind-prestations-attestation-paiement = Attestation de paiement de la CAF ou de la MSA
kind-prestations-quotient-familial = Quotient familial
kind-prestations-notification-rsa = Lettre sur le RSA
kind-prestations-notification-aah-mdph = Décision de la MDPH
kind-prestations-pension-retraite = Pension ou retraite
kind-impots-avis-imposition = Avis d'impôt
kind-impots-declaration-revenus = Déclaration de revenus
kind-impots-taxe-fonciere = Taxe foncière
kind-sante-carte-vitale = Carte Vitale
kind-sante-attestation-droits = Attestation de droits à l'assurance maladie
kind-sante-complementaire-solidaire = Complémentaire santé solidaire
kind-sante-mutuelle = Carte de mutuelle
kind-sante-ame = Aide médicale de l'État
kind-sante-ordonnance-certificat = Ordonnance ou certificat médical
kind-banque-rib = RIB
kind-banque-releve-compte = Relevé de compte
kind-banque-dossier-surendettement = Dossier de surendettement
kind-formation-diplome = Diplôme
kind-formation-certificat-scolarite = Certificat de scolarité
kind-formation-mandat-accompagnement = Papier signé avec une personne qui aide
kind-formation-jugement-protection = Jugement de tutelle ou de curatelle
kind-formation-courrier = Lettre
kind-formation-photo-souvenir = Photo ou souvenir

## Tout emporter

export-made = Fait { $moment }.
export-folder-papers = Papiers
export-folder-trash = Corbeille
export-folder-older = Versions plus anciennes
export-file-readme = LISEZ-MOI.txt
export-file-list-json = Liste/papiers.json
export-file-list-csv = Liste/papiers.csv
export-file-journal-json = Qui a ouvert/lignes.json
export-file-journal-page = Qui a ouvert/qui-a-ouvert-mes-papiers.html
export-folder-help = Aide
export-photo-sheet = Feuille signée, { $name }
export-photo-decision = Décision de justice, { $name }
export-file-contact = Messages/etre-prevenu.json
export-file-handed-json = Transmis/papiers-transmis.json
export-file-handed-csv = Transmis/papiers-transmis.csv
export-file-help-json = Aide/autorisations-d-aide.json
export-file-help-csv = Aide/autorisations-d-aide.csv
export-file-help-page = Aide/les-personnes-qui-m-aident.html
export-help-scope = { $category } : { $permissions }
export-help-from = L'aide a commencé { $moment }.
export-help-until = Fin prévue : { $moment }.
export-help-over = L'aide s'est arrêtée { $moment }. C'était la date prévue.
export-help-ended = L'aide a été arrêtée { $moment }.
export-help-text = Le texte :
export-help-agreed = Vous avez dit oui à ce texte :
export-help-visits = Les visites, la plus récente en haut :
export-help-visit = { $name }. Pour : { $purpose }. Fin : { $moment }.
export-damaged-name = papier abîmé
export-damaged-told = Ce papier est abîmé. Il manque, ou il n'est pas entier. Parlez-en au service.
export-journal-told = La ligne la plus ancienne est en haut. L'heure est celle de Paris.
export-readme-title = Votre consigne, tout entière
export-readme-papers = Dossier « Papiers » : vos papiers, par rubrique. Chaque papier est comme vous l'avez ajouté.
export-readme-older = Dans chaque rubrique, « Versions plus anciennes » garde les papiers que vous avez remplacés.
export-readme-trash = Dossier « Corbeille » : les papiers que vous aviez mis à la corbeille.
export-readme-lists = Dossier « Liste » : la liste des papiers. Le fichier papiers.csv s'ouvre dans un tableur. Le fichier papiers.json est pour un autre service.
export-readme-help = Dossier « Aide » : qui vous aide ou vous a aidé, votre accord, les feuilles signées, les visites. Ouvrez le fichier qui finit par html.
export-readme-messages = Dossier « Messages » : comment vous êtes prévenu, et ce qui n'est pas encore parti. Le fichier est pour un autre service.
export-readme-handed = Dossier « Transmis » : ce que des organismes ont demandé, et ce que vous leur avez transmis. Le fichier qui finit par csv est un tableau.
export-readme-journal = Dossier « Qui a ouvert » : qui a ouvert vos papiers. Ouvrez le fichier qui finit par html.
export-readme-sums = Le fichier SHA256SUMS permet de vérifier que rien n'a changé. La commande est : sha256sum --check SHA256SUMS
export-readme-careful = Attention : ici, vos papiers ne sont plus protégés. L'appareil n'est pas à vous ? Effacez ces fichiers après.

## Changer, remplacer, vérifier, supprimer

back-to-paper = Revenir au papier
menu-locker = Ma consigne
paper-just-changed = La fiche est changée.
paper-just-replaced = Le nouveau papier est ajouté. L'ancien est gardé.
paper-ends-soon = Bientôt plus bon : jusqu'au { $day }
paper-too-old = Trop ancien depuis le { $day }. On demande souvent un papier plus récent.
papers-ends-soon = { $count ->
    [one] 1 papier ne sera bientôt plus bon.
   *[other] { $count } papiers ne seront bientôt plus bons.
}
papers-ended = { $count ->
    [one] 1 papier n'est plus bon.
   *[other] { $count } papiers ne sont plus bons.
}
papers-too-old = { $count ->
    [one] 1 papier est trop ancien pour beaucoup de démarches.
   *[other] { $count } papiers sont trop anciens pour beaucoup de démarches.
}
change-title = Changer la fiche de ce papier
change-told = Le papier lui-même ne change pas.
change-button = Garder ces changements
change-wrong-title = La fiche n'est pas encore changée
change-good-until = Le papier est bon plus longtemps que sa date ?
change-good-until-hint = Écrivez le vrai dernier jour. Une carte d'identité peut durer 5 ans de plus. Vous pouvez laisser vide.
replace-title = Remplacer par un papier plus récent
replace-told = Le nouveau papier prend la place de l'ancien. L'ancien reste gardé.
replace-button = Remplacer ce papier
replace-wrong-title = Le papier n'est pas encore remplacé
versions-title = Versions de ce papier
versions-told = La version la plus récente est en haut.
versions-name = Version { $number }
versions-about = Ajoutée { $moment }. { $size }.
check-title = Vérifier que rien n'a changé
check-button = Vérifier que ce papier n'a pas changé
check-all-button = Vérifier tous mes papiers
check-all-what = Consigne relit tous vos papiers. Elle vous dit s'ils sont comme vous les avez ajoutés.
check-how = Consigne a relu chaque version. Elle a comparé avec le jour de l'ajout, et avec les lignes de « Qui a ouvert mes papiers ? ».
check-back = Revenir
check-good = { $count ->
    [0] Il n'y a rien à vérifier.
    [one] 1 version vérifiée. Rien n'a changé.
   *[other] { $count } versions vérifiées. Rien n'a changé.
}
check-bad = { $count ->
    [one] 1 papier est abîmé, ou n'est plus comme vous l'avez laissé.
   *[other] { $count } papiers sont abîmés, ou ne sont plus comme vous les avez laissés.
}
check-bad-journal = Les lignes de « Qui a ouvert mes papiers ? » ne sont plus les mêmes. Consigne ne peut pas comparer vos papiers avec elles.
check-bad-help = { $count ->
    [one] 1 autorisation d'aide ou visite n'est pas comme dans « Qui a ouvert mes papiers ? ». Arrêtez toute l'aide.
   *[other] { $count } autorisations d'aide ou visites ne sont pas comme dans « Qui a ouvert mes papiers ? ». Arrêtez toute l'aide.
}
line-help-damaged = Une autorisation d'aide n'est pas comme les lignes d'avant. Parlez-en au service.
line-share-damaged = Des papiers transmis ne sont pas comme les lignes d'avant. Parlez-en au service.
line-visit-damaged = Une visite n'est pas comme les lignes d'avant. Parlez-en au service.
check-bad-handed = Des papiers transmis ne sont pas comme dans « Qui a ouvert mes papiers ? ». Arrêtez cette transmission.
check-bad-agreed = Un accord avec un organisme n'est pas comme dans « Qui a ouvert mes papiers ? ». Arrêtez cet accord.
line-agreement-damaged = Un accord avec un organisme n'est pas comme les lignes d'avant. Parlez-en au service.
check-bad-do = Parlez-en au service. Gardez votre papier d'origine.
destroy-title = Supprimer ce papier pour toujours
destroy-what = Le papier est enlevé de votre consigne tout de suite.
destroy-versions = Toutes ses versions sont enlevées aussi.
destroy-never = Personne ne pourra le reprendre. Le service non plus.
destroy-backups = Les copies de sécurité du service le gardent encore quelques semaines, fermé à clé.
destroy-button = Supprimer pour toujours
destroy-keep = Garder ce papier
locker-held = { $count ->
    [0] Votre consigne est vide. Elle peut garder { $quota }.
    [one] Votre consigne garde 1 papier. Il prend { $used } sur { $quota }.
   *[other] Votre consigne garde { $count } papiers. Ils prennent { $used } sur { $quota }.
}
export-title = Tout emporter
export-what = Vous recevez tous vos papiers, leur liste, et qui les a ouverts.
export-one-file = C'est un seul fichier ZIP. Un ordinateur l'ouvre sans rien ajouter.
export-careful = Dans ce fichier, vos papiers ne sont plus protégés. L'appareil n'est pas à vous ? Ne le faites pas ici.
field-good-until = Vrai dernier jour

## Ce qu'il faut savoir

list-and = et
info-link = Ce qu'il faut savoir
info-title = Ce qu'il faut savoir
info-version = Texte du { $day }.
info-changed = Le texte « Ce qu'il faut savoir » a changé.
info-changed-read = Lire le texte et dire si je suis d'accord
info-agree = J'ai lu. Je suis d'accord pour ouvrir ma consigne.
info-agree-button = Dire que je suis d'accord
info-missing = Lisez le texte, puis cochez la case.
info-shared-device = L'appareil n'est pas à vous ? Choisissez « Sortir » quand vous avez fini.
info-what-title = Ce que c'est
info-what-demo = Ceci est une démonstration. N'y mettez pas de vrais papiers.
info-what-keeps = Consigne garde vos papiers. Vous les retrouvez ici.
info-what-alone = Sur ce site, vous seul voyez vos papiers, et les personnes que vous autorisez à vous aider.
info-what-not = La loi fixe des règles pour un service certifié qui garde des papiers. Consigne n'est pas encore ce service.
info-who-title = Qui s'en occupe
info-who-name = Le service est géré par { $name }.
info-who-unknown = Le nom de qui gère ce service n'est pas encore écrit ici.
info-who-address = Adresse : { $value }
info-who-email = E-mail : { $value }
info-who-phone = Téléphone : { $value }
info-safe-title = Comment vos papiers sont protégés
info-safe-sealed = Vos papiers, leurs noms et votre identité sont chiffrés. Sans clé, on ne peut pas les lire.
info-safe-lines = Chaque ouverture est écrite dans « Qui a ouvert mes papiers ? ».
info-safe-rewritten = Une ligne changée se voit. Mais qui gère les données pourrait récrire toutes les lignes.
info-safe-nobody = Aucune page et aucune commande ne montre vos papiers à la personne qui gère le service.
info-safe-key = Mais cette personne garde la clé. Avec elle, elle pourrait lire vos papiers sans laisser de ligne.
info-safe-seen = Sans la clé, on voit encore le nombre de vos papiers, leur taille, les dates de vos visites.
info-safe-yours = Qui entre avec votre identité voit tout. Ne donnez à personne votre mot de passe.
info-help-title = Si quelqu'un vous aide
info-help-how = Vous dites oui ici, sur l'appareil de qui vous aide, ou en signant une feuille. Une deuxième personne vérifie la feuille.
info-help-court = Une décision de justice peut aussi permettre une aide, sans votre accord. Une deuxième personne la vérifie.
info-help-stop = Vous voyez ici qui vous aide, et depuis quand. Vous pouvez arrêter chaque aide quand vous voulez.
info-messages-title = Les messages
info-messages-none = Ce service n'envoie pas de message.
info-messages-sms = Vous pouvez être prévenu par SMS.
info-messages-email = Vous pouvez être prévenu par e-mail.
info-messages-asked = Vous ne demandez rien ? Rien n'est envoyé.
info-messages-what = Un message peut dire qu'une aide commence ou finit, qu'un papier finit, et qui a ouvert vos papiers.
info-messages-discreet = Un message discret dit seulement qu'il y a du nouveau.
info-messages-looks = Pour vous prévenir à temps, le service regarde les noms et les dates de vos papiers. Chaque fois, une ligne le dit.
info-messages-carried = Qui porte les messages connaît votre numéro ou votre adresse, et lit le message.
info-messages-stop = Vous arrêtez quand vous voulez. Votre numéro ou votre adresse est alors effacé.
info-kept-title = Ce qui est gardé, et combien de temps
info-kept-papers = Vos papiers sont gardés tant que vous avez une consigne.
info-kept-identity = Votre identité est gardée avec vos papiers : nom, prénoms, sexe, date, lieu et pays de naissance.
info-kept-issuer = Votre service d'identité donne aussi votre nom d'usage ou votre adresse e-mail ? Ils sont gardés aussi.
info-kept-lines = Les lignes de « Qui a ouvert mes papiers ? » restent autant que votre consigne.
info-kept-sessions = { $days ->
    [one] La trace d'une visite finie est gardée 1 jour.
   *[other] La trace d'une visite finie est gardée { $days } jours.
}
info-kept-closure = Vous fermez votre consigne ? Tout est effacé { $days } jours après. Avant, vous pouvez la rouvrir.
info-kept-backups = Des copies de secours existent. Elles disparaissent { $days } jours après, au plus.
info-kept-remains = Il reste ensuite des numéros et des dates, sans votre nom et sans vos papiers.
info-kept-absence = Vous ne venez plus ? Rien n'est effacé pour cela.
info-kept-notices = Votre absence est notée après { $months } mois.
info-limits-title = Les limites
info-limits-locker = Une nouvelle consigne contient { $size } au plus.
info-limits-paper = Un papier prend { $size } au plus.
info-limits-count = Une consigne contient { $count } papiers au plus. Une ancienne version compte pour un papier.
info-rights-title = Vos droits
info-rights-see = Vous voyez toujours qui a ouvert vos papiers.
info-rights-take = Vous pouvez tout emporter quand vous voulez. C'est gratuit.
info-rights-close = Vous pouvez fermer votre consigne quand vous voulez, sans dire pourquoi.
info-rights-complain = La CNIL protège les données des personnes. Vous pouvez vous plaindre à la CNIL : cnil.fr.
info-end-title = Si le service s'arrête
info-end-notice = Qui gère le service doit vous prévenir 3 mois avant.
info-end-retrieve = Vous pouvez encore reprendre vos papiers pendant 12 mois.
info-price-title = Le prix
info-price-free = Consigne est gratuite pour vous.
info-price-unknown = Le prix n'est pas écrit ici. Demandez-le avant d'ouvrir votre consigne.

## Fermer ma consigne

close-title = Fermer ma consigne
close-first-title = Avant
close-first = Gardez d'abord vos papiers ailleurs.
close-take = Tout emporter
close-now-title = Tout de suite
close-now = Vous ne pouvez plus ajouter ni changer un papier.
close-still = Vous pouvez encore voir vos papiers et tout emporter.
close-then-title = Ensuite
close-then = Dans { $days } jours, tous vos papiers sont effacés, et les lignes de « Qui a ouvert mes papiers ? » aussi.
close-nobody = Alors personne ne peut les faire revenir. Le service non plus.
close-backups = Des copies de secours les gardent encore { $days } jours au plus.
close-undo-title = Changer d'avis
close-undo = Avant cette date, choisissez « Rouvrir ma consigne » sur la page « Mes papiers ».
close-button = Fermer ma consigne
closed-since = Votre consigne est fermée depuis { $day }.
closed-until = Elle sera effacée { $day }.
reopen-button = Rouvrir ma consigne

## L'aide

permission-list = voir la liste
permission-read = ouvrir
permission-deposit = ajouter
permission-replace = remplacer
permission-organise = ranger
permission-share = transmettre
theme-papiers = papiers, citoyenneté, élections
theme-famille = famille, école
theme-social = aides sociales, santé
theme-travail = travail, formation
theme-logement = logement
theme-transports = transports
theme-argent = argent, impôts, achats
theme-justice = justice
theme-etranger = étranger, Europe
theme-loisirs = loisirs, sport, culture
term-days = { $days ->
    [one] 1 jour
   *[other] { $days } jours
}
term-present = 1 heure, pendant que vous êtes là
term-until = jusqu'au { $until }
consent-aidant = Vous autorisez { $name }, { $organisation }, à vous aider avec vos papiers.
consent-desk = Vous autorisez toutes les personnes qui aident dans cette structure : { $organisation }.
consent-relative = Vous autorisez { $name } à vous aider avec vos papiers.
consent-scope = { $category } : { $permissions }.
consent-scope-papers = { $category }, seulement { $papers } : { $permissions }.
consent-scope-count = { $category }, { $count ->
        [one] 1 papier choisi
       *[other] { $count } papiers choisis
    } : { $permissions }.
consent-paper = « { $title } »
consent-replaces = { $before } ne vous aide plus : { $name } vous aide à sa place.
narrowed-intro = Vous laissez cette personne faire seulement ceci.
consent-term = Durée : { $term }.
consent-unusual = Attention : c'est plus que l'aide habituelle d'un proche. Donnez seulement ce qu'il faut.
consent-purpose = Pour : { $purpose }. Démarche : { $theme }.
consent-on-paper = Vous signez une feuille. Une deuxième personne la vérifie avant le début de l'aide : { $organisation }.
consent-paper-mark = L'aide est marquée « donnée sur papier » tant que vous ne la confirmez pas vous-même.
consent-never = Cette personne ne peut jamais supprimer vos papiers, ni les emporter tous.
consent-private = Elle ne voit jamais les papiers que vous cachez.
consent-newer = Une autorisation plus ancienne, pour la même aide, s'arrête alors.
consent-journal = Vous voyez tout ce qu'elle fait, dans « Qui a ouvert mes papiers ? ».
consent-stop = Vous pouvez arrêter cette aide quand vous voulez, tout de suite.
who-of = { $name }, { $organisation }
who-named = { $name }, { $organisation },
line-purpose = Pour : { $purpose }.
field-purpose = Pour quoi ?
field-scope = Ce que l'aide permet
field-term = Durée
field-until = Dernier jour
field-desk = Qui aidera ?
field-theme = Démarche

## L'aide, sur les pages

help-title = Les personnes qui m'aident
help-what = Vous choisissez qui vous aide, pour quoi, et pour combien de temps.
help-none = Personne ne vous aide pour l'instant.
help-waiting = On attend votre réponse
help-waits-until = Vous pouvez répondre jusqu'au { $until }.
help-read = Lire et répondre
help-read-named = Lire et répondre : { $name }
help-current = Autorisations d'aide
help-past = Aides finies
help-desk = Toute personne qui aide à { $organisation }
help-damaged = Une autorisation abîmée
help-until = Jusqu'au { $until }.
help-over-since = L'aide s'est arrêtée { $day }. C'était la date prévue.
help-stopped-on = L'aide a été arrêtée { $day }.
help-to-come = Cette aide n'a pas encore commencé.
help-unconfirmed = Cette aide attend encore une confirmation.
help-overlap-one = Une autre structure peut voir les mêmes rubriques : { $names }.
help-overlap-more = D'autres structures peuvent voir les mêmes rubriques : { $names }.
help-overlap-flag = Plusieurs structures peuvent ouvrir la même rubrique.
help-done-link = Voir ce qui a été fait
help-done-named = Voir ce qui a été fait : { $name }
help-done-title = Ce qui a été fait avec cette aide
help-done-visits = { $count ->
    [0] Aucune visite.
    [one] 1 visite, { $day }.
   *[other] { $count } visites. La dernière : { $day }.
}
help-done-opened = { $count ->
    [0] Aucun papier ouvert.
    [one] 1 papier ouvert.
   *[other] { $count } papiers ouverts.
}
help-done-added = { $count ->
    [0] Aucun papier ajouté.
    [one] 1 papier ajouté.
   *[other] { $count } papiers ajoutés.
}
help-done-part = Ces nombres viennent des lignes récentes. Il y en a peut-être plus.
help-rests-judgment = Un tribunal a décidé cette aide.
help-rests-sheet = Une feuille a été signée pour cette aide. Vous n'avez pas encore confirmé.
help-rests-confirmed = Une feuille a été signée pour cette aide. Vous avez confirmé { $day }.
help-done-rests = Ce qui permet cette aide
help-done-words = Le texte de cette aide
help-begun-title = Vous avez déjà dit oui
help-begun-now = Cette aide a commencé.
help-begun-stop = Vous ne voulez plus de cette aide ? Arrêtez-la. Elle s'arrête tout de suite.
help-done-agreed = Votre accord
help-done-since = L'aide a commencé { $moment }.
help-waiting-text = Lire le texte
help-done-text = Le texte de votre accord
help-done-aloud = On vous a lu ce texte à voix haute.
help-done-interpreter = { $name } a traduit ce texte pour vous.
help-done-lines = Visites et papiers
help-done-none = Rien n'a été fait avec cette aide.
help-done-none-here = Il n'y a rien ici. Regardez les lignes plus anciennes.
help-done-newest = Revenir au plus récent
help-done-older = Voir plus ancien
news-help-waiting = { $count ->
    [one] 1 personne propose de vous aider.
   *[other] { $count } personnes proposent de vous aider.
}
news-help-begun = { $count ->
    [one] 1 aide a commencé il y a peu de jours.
   *[other] { $count } aides ont commencé il y a peu de jours.
}
news-help-ended = { $count ->
    [one] 1 aide s'est arrêtée il y a peu de jours.
   *[other] { $count } aides se sont arrêtées il y a peu de jours.
}
help-stop = Arrêter cette aide
help-stop-named = Arrêter cette aide : { $name }
help-ask-title = Demander de l'aide
help-ask = La personne qui aide a besoin d'un code. Il sert 1 seule fois.
help-code-button = Faire un code pour être aidé
help-all-told = Plus personne ne vous aide. Vous pourrez redemander de l'aide.
help-others-title = Aider quelqu'un
help-others = Vous aidez une personne de votre famille ? Demandez-lui un code.
help-back = Revenir aux personnes qui m'aident
help-just-begun = L'aide a commencé.
help-answered-already = C'est déjà fait : cette proposition n'attend plus.
help-ends-told = Si vous êtes d'accord, cette aide d'avant s'arrête :
help-ends-older = { $name }, prévue jusqu'au { $until }
help-just-declined = Vous n'êtes pas d'accord. L'aide ne commence pas.
help-just-stopped = L'aide est arrêtée.
help-all-just-stopped = Toute l'aide est arrêtée.
help-code-title = Code pour être aidé
help-code-until = Ce code est bon jusqu'à { $clock }.
help-code-once = Il sert 1 seule fois. Un ancien code ne sert plus.
help-code-how-title = Comment faire
help-code-show = Montrez ce code à la personne qui vous aide.
help-code-type = Elle l'écrit sur son propre appareil.
help-code-then-title = Ensuite
help-code-read = Vous lisez ici ce qu'elle propose. Puis vous répondez.
help-code-nothing = Avant votre accord, elle ne voit rien.
help-answer-title = On propose de vous aider
help-answer-what = Lisez ce texte. Il dit ce que cette personne pourra faire.
help-answer-free = Vous pouvez dire non. Vous pouvez arrêter plus tard.
help-answer-text = Le texte de l'accord
help-changed = Le texte a changé. Lisez-le de nouveau, puis répondez.
help-read-aloud = On m'a lu ce texte à voix haute
help-interpreter = Une personne a traduit : son nom
help-agree = Je suis d'accord
help-decline = Je ne suis pas d'accord
stop-one-title = Arrêter cette aide
stop-one-now = L'aide s'arrête tout de suite.
stop-one-begun = Une visite commencée s'arrête aussi.
stop-all-title = Arrêter toute l'aide
stop-all-now = Toutes les aides s'arrêtent tout de suite.
stop-all-codes = Les propositions et les codes ne servent plus.
stop-again = Vous pourrez redemander de l'aide plus tard, avec un nouveau code.
stop-keep = Ne rien arrêter
choose-title = Choisir seulement certains papiers
choose-what = Cochez ce que cette personne pourra voir. Le reste reste fermé pour elle.
choose-later = Vous lisez encore le texte avant de dire oui.
choose-button = Lire le texte
narrow-title = Réduire cette aide
narrow-named = Réduire cette aide : { $name }
narrow-what = Gardez ce que cette personne peut encore faire. Retirez le reste.
narrow-now = Le changement compte tout de suite.
narrow-back = Pour redonner plus, il faut un nouvel accord.
limits-replace = Si vous choisissez des papiers, on n'en ajoute pas d'autres : « ajouter » veut dire remplacer ceux-là.
narrow-papers = Les attestations faites avant ne sont plus valables.
narrow-button = Réduire cette aide
help-just-narrowed = C'est fait : cette personne peut faire moins.
limits-tout = Tous les papiers de cette rubrique
limits-choix = Seulement les papiers que je coche
limits-rien = Aucun papier de cette rubrique
limits-ticked-beside = { $category } : vous avez coché des papiers. Choisissez « Seulement les papiers que je coche », ou décochez-les.
limits-none-ticked = { $category } : aucun papier n'est coché. Cochez un papier, ou choisissez « Aucun papier de cette rubrique ».
limits-which = Mes papiers
limits-term = L'aide finit
renew-title = Prolonger cette aide
renew-named = Prolonger cette aide : { $name }
renew-what = Vous proposez la même aide, pour plus longtemps.
renew-agreed = La personne lit votre proposition et dit oui ou non. Rien ne change avant.
hand-over-title = Passer à un ou une collègue
hand-over-named = Passer à un ou une collègue : { $name }
hand-over-what = Vous proposez qu'un ou une collègue aide à votre place, pour les mêmes papiers, jusqu'à la même date.
hand-over-agreed = La personne lit cette proposition et dit oui ou non. Rien ne change avant. Ensuite, vous ne l'aidez plus.
hand-over-whom = Qui va aider ?
hand-over-nobody = Il n'y a pas de collègue qui peut aider à votre place.
give-up-title = Ne plus aider
give-up-named = Ne plus aider : { $name }
give-up-now = Votre aide s'arrête tout de suite. Vous ne voyez plus les papiers de cette personne.
give-up-begun = Une visite commencée s'arrête aussi. Pour aider de nouveau, il faut un nouvel accord.
people-just-proposed = C'est fait : la personne va lire votre proposition.
people-just-given-up = C'est fait : vous n'aidez plus cette personne.
people-title = Les personnes que j'aide
people-none = Vous n'aidez personne pour l'instant.
people-propose = La personne vous montre un code. Vous dites comment vous pouvez l'aider.
waiting-title = Mes propositions qui attendent
waiting-none = Aucune proposition n'attend.
waiting-made = Proposition faite { $moment }
waiting-alone = Vous proposez votre aide en votre nom.
waiting-for = Vous proposez votre aide pour { $organisation }.
waiting-session = La personne répond dans sa consigne.
waiting-window = La personne répond sur cet appareil.
waiting-sheet = La personne signe une feuille. Une autre personne de votre structure la vérifie.
waiting-judgment = Un responsable de votre structure vérifie la décision de justice.
waiting-until = La proposition attend jusqu'au { $until }.
waiting-open = Continuer
waiting-open-named = Continuer : proposition faite { $moment }
waiting-take-back = Retirer ma proposition
waiting-take-back-named = Retirer ma proposition faite { $moment }
waiting-take-back-told = La personne lira que vous avez retiré votre proposition.
waiting-just-taken-back = C'est fait : votre proposition est retirée.
waiting-no-more = Cette proposition n'attend plus.
waiting-gone = Une proposition refusée ou trop vieille n'est plus montrée ici.
visit-go-on = Continuer la visite
visit-go-on-named = Continuer la visite : { $name }
visit-open-until = Une visite est ouverte jusqu'au { $until }.
open-helps = Vous venez pour aider quelqu'un ? Vous n'avez pas besoin d'ouvrir une consigne.
visit-purpose = Pour quoi venez-vous aujourd'hui ?
visit-purpose-hint = La personne que vous aidez lira cette phrase.
visit-begin = Commencer une visite
visit-begin-named = Commencer une visite : { $name }
visit-not-begun = La visite n'a pas encore commencé
visit-just-ended = La visite est finie.
visit-just-replaced = Le papier est remplacé. L'ancien reste gardé.
visit-just-added = Le papier est ajouté.
visit-title = Visite : { $name }
visit-told = Cette personne voit tout ce que vous faites ici.
visit-may = Ce que vous pouvez faire
visit-no-list = Vous ne pouvez pas voir la liste des papiers.
visit-empty = Il n'y a pas de papier dans ces rubriques.
visit-end = Finir la visite
visit-end-told = Finissez la visite quand vous avez terminé. Vous pourrez en commencer une autre.
visit-open-told = Chaque ouverture est écrite. La personne que vous aidez le voit.
visit-save = Télécharger ce papier
visit-no-open = Vous ne pouvez pas ouvrir ce papier.
visit-just-withdrawn = Le papier est retiré. Personne ne peut plus l'ouvrir.
original-title = Le papier original
original-told = L'original est le papier lui-même, pas une photo. Avez-vous eu l'original dans les mains ? Est-ce le même papier que celui-ci ?
original-kept = Votre nom, votre structure et la date seront écrits à côté du papier. Tous ceux qui voient le papier les voient.
original-button = J'ai vu l'original
original-just-seen = C'est noté : vous avez vu l'original.
paper-original = Original
original-seen = vu par { $name }, { $organisation }, { $day }
versions-original = Original { $seen }.
organise-title = Ranger ce papier
organise-told = Vous changez son nom, son type ou sa rubrique. La personne que vous aidez le voit.
organise-hide = Cacher ce papier à toutes les personnes qui aident
organise-hide-hint = Vous ne le verrez plus. Seule la personne que vous aidez peut le montrer de nouveau.
organise-button = Ranger ce papier
organise-just-done = Le papier est rangé.
organise-just-hidden = Le papier est caché. Vous ne le voyez plus.
withdraw-title = Ce n'était pas le bon papier ?
withdraw-told = Vous pouvez retirer un papier que vous avez ajouté. C'est possible pendant 48 heures.
withdraw-one = Retirer le papier ajouté { $moment }
withdraw-ask-title = Retirer un papier qui n'est pas le bon
withdraw-added = Vous avez ajouté ce papier { $moment }.
withdraw-now = Ce papier part tout de suite. Personne ne pourra plus l'ouvrir.
withdraw-for-good = Vous ne pourrez pas revenir en arrière.
withdraw-seen = La personne que vous aidez voit que vous avez retiré un papier.
withdraw-referent = Si quelqu'un l'a déjà ouvert, la personne qui gère les membres de votre structure le saura.
withdraw-button = Retirer ce papier
withdraw-keep = Ne rien retirer
add-for-title = Ajouter un papier
add-for-told = Le papier entre dans la consigne de la personne que vous aidez.
add-for-button = Ajouter ce papier
add-for-wrong-title = Le papier n'est pas encore ajouté
propose-title = Proposer mon aide
propose-wrong-title = La proposition n'est pas encore faite
propose-told = La personne lit votre proposition. Rien ne s'ouvre avant son accord.
propose-nowhere = Vous n'aidez dans aucune structure. Parlez-en à la personne qui gère les membres.
propose-give-code = Il faut un code de sécurité récent. Donnez-le sur une autre page, puis revenez ici.
propose-give-code-link = Donner mon code sur une autre page
propose-code = Code montré par la personne
propose-code-hint = Il a 12 lettres et chiffres. Exemple : ABCD-EFGH-JKMN.
propose-structure = Pour quelle structure ?
propose-choose = Choisissez
propose-who = Qui aidera ?
propose-me = Moi seulement
propose-desk = Toute personne qui aide dans ma structure
propose-scope = Ce que l'aide permet
propose-scope-hint = Ouvrez une rubrique. Cochez seulement ce qu'il faut pour aider.
propose-scope-list = « Voir la liste » est ajouté quand vous cochez autre chose.
propose-rubric-chosen = { $category } : { $chosen }
propose-sensitive = La santé est très personnelle. Ne cochez rien sans une vraie raison.
propose-until = Jusqu'à une date
propose-last-day = Dernier jour, si vous avez choisi une date
propose-more = Demander plus : ranger, transmettre, santé
propose-more-told = La personne lira que c'est plus que d'habitude.
propose-present = 1 heure, pendant que la personne est là
propose-purpose-hint = Écrivez une phrase simple. La personne que vous aidez la lira.
propose-button = Proposer mon aide
proposed-title = La proposition est faite
proposed-read = La personne la lit maintenant, sur sa propre page.
proposed-answer = Elle répond : d'accord, ou pas d'accord.
proposed-nothing = Rien ne s'ouvre avant son accord.
proposed-waits = La proposition attend { $hours } heures.
proposed-then = Après l'accord, vous trouvez son nom dans « Les personnes que j'aide ».
problem-helped-closed-title = Cette consigne est fermée.
problem-helped-closed-help = Parlez-en à la personne que vous aidez.
problem-help-stopped-title = Vous ne pouvez plus voir cette consigne.
problem-help-stopped-help = L'aide est arrêtée, ou sa durée est passée.
problem-visit-over-title = Cette visite est finie.
problem-visit-over-help = Vous pouvez en commencer une autre.

# La personne lit et répond sur l'appareil de qui l'aide.
on-device = l'appareil d'une personne qui aide
on-device-named = l'appareil de cette personne : { $name }, { $organisation }
because-no-window = le temps pour lire et répondre était fini
because-no-locker = la personne n'a pas de consigne
problem-window-over-title = Le temps pour lire et répondre est fini.
problem-window-over-help = Rien n'a changé. La personne qui aide peut recommencer.
problem-no-locker-title = Cette personne n'a pas encore de consigne.
problem-no-locker-help = Elle ouvre d'abord une consigne. Ensuite, recommencez.
window-link = La personne est avec moi, et n'a pas de téléphone
window-title = Proposer mon aide à une personne présente
window-told = La personne entre sur cet appareil. Elle lit votre proposition, puis elle répond.
window-shut = Sa consigne ne s'ouvre pas ici.
window-by-code = La personne a un téléphone ? Prenez plutôt son code.
window-button = Continuer avec la personne
window-hand-title = Donnez l'appareil à la personne
window-hand-you = La personne qui vous aide propose quelque chose. Vous allez lire ce texte.
window-hand-prove = Entrez pour montrer que c'est bien vous.
window-hand-shut = Votre consigne ne s'ouvre pas sur cet appareil. Personne ne voit vos papiers.
window-hand-time = Vous avez 15 minutes. Vous pouvez demander plus de temps.
window-hand-enter = Entrer pour lire
window-until = Vous pouvez répondre jusqu'à { $clock }.
window-more = J'ai besoin de plus de temps
window-quit = Partir sans répondre
window-more-title = Plus de temps pour lire
window-more-who = Rendez un moment l'appareil à la personne qui vous aide. Elle écrit ici un nouveau code de sécurité.
window-more-then = Vous aurez 15 minutes de plus, puis vous lirez de nouveau le texte. C'est 1 heure en tout au plus.
window-more-label = Code de sécurité de la personne qui aide
window-more-button = Donner 15 minutes de plus
window-retry = Recommencer
window-more-back = Revenir au texte
window-end-title = C'est fini
window-end-agreed = Vous êtes d'accord. L'aide a commencé.
window-end-declined = Vous n'êtes pas d'accord. L'aide ne commence pas.
window-end-left = Vous n'avez pas répondu. L'aide ne commence pas.
window-end-over = Le temps pour lire et répondre est fini. Rien n'a changé.
window-end-no-locker = Vous n'avez pas encore de consigne. Ouvrez-en une d'abord. Ensuite, recommencez.
window-end-closed = Votre consigne est fermée. Rouvrez-la d'abord. Ensuite, recommencez.
window-end-own = Personne ne s'aide soi-même. L'aide ne commence pas.
window-end-out = Votre visite sur cet appareil est finie.
window-end-give = Rendez l'appareil à cette personne : { $name }.
window-end-give-back = Rendez l'appareil à la personne qui vous aide.
window-end-stop = Vous pouvez arrêter l'aide quand vous voulez, dans votre consigne.
window-end-helper = Pour la personne qui aide : continuer
## L'accord sur papier

field-organisation = Structure
field-interpreter = Une personne a traduit : son nom
field-family-name = Nom de famille sur la feuille
line-on-paper = Aide donnée sur papier, pas encore confirmée.
help-on-paper = Donnée sur papier. Vous n'avez pas encore confirmé.
helped-on-paper = Donnée sur papier. La personne n'a pas encore confirmé.
help-confirmed-by = Feuille vérifiée par { $name }.
help-see-sheet = Voir la feuille signée
help-see-sheet-named = Voir la feuille signée : { $name }
help-confirm = Confirmer cette aide
help-confirm-named = Confirmer cette aide : { $name }
help-confirm-title = Confirmer une aide donnée sur papier
help-confirm-what = On a signé une feuille pour vous aider. Lisez le texte. Est-ce votre accord ?
help-confirm-not = Vous n'avez pas signé ? Arrêtez cette aide tout de suite.
help-confirm-yes = C'est bien mon accord
help-just-confirmed = Vous avez confirmé cette aide.
help-paper-waiting = Une feuille à signer attend. L'aide n'a pas commencé.
help-paper-news = Une aide a été donnée sur papier. Vous n'avez pas encore confirmé.
help-paper-news-read = Voir cette aide
help-paper-title = Un code pour une feuille à signer
help-paper-told = Un jour, vous ne pourrez pas entrer ici ? Avec ce code et votre signature, on pourra quand même vous aider.
help-paper-limits = 31 jours au plus. Jamais les papiers de santé. Une deuxième personne vérifie votre signature.
help-paper-none = Vous n'avez pas de code pour une feuille à signer.
help-paper-since = Vous avez un code pour une feuille à signer. Fait { $day }. Bon jusqu'au { $until }.
help-paper-button = Faire un code pour une feuille à signer
help-paper-again = Faire un nouveau code pour une feuille à signer
help-paper-drop = Retirer ce code
drop-code-now = Ce code ne servira plus, tout de suite. La structure qui l'a ne pourra plus s'en servir.
drop-code-again = Vous pourrez faire un autre code quand vous voulez.
drop-code-keep = Garder ce code
help-paper-just-dropped = Ce code ne sert plus.
paper-code-title = Code pour une feuille à signer
paper-code-write = Écrivez ce code sur un papier. Rangez-le comme une clé.
paper-code-now = Il s'affiche maintenant, et plus jamais.
paper-code-until = Ce code est bon jusqu'au { $until }.
paper-code-how = Donnez ce code seulement à une personne qui vous aide, dans une structure.
paper-code-then = Elle imprime une feuille. Vous la signez. Alors l'aide peut commencer sans vous ici.
paper-code-lost = Vous avez perdu ce papier ? Retirez le code dans « Les personnes qui m'aident ».
propose-how = Comment la personne répond-elle ?
propose-here = Elle entre dans sa consigne et répond
propose-on-paper = Elle signe une feuille, avec son code pour une feuille
propose-paper-told = Sur papier : vous seul aidez, 31 jours au plus, jamais la santé. Choisissez des jours ou une date. Une autre personne de votre structure vérifie.
sheet-title = Accord pour être aidé
sheet-reference = Feuille { $reference }
sheet-read-first = Lisez ce texte, ou faites-le lire. Signez seulement si vous êtes d'accord.
sheet-name = Nom et prénoms
sheet-place = Fait à
sheet-date = Le
sheet-signature = Signature
sheet-read-by = Texte lu à voix haute par
sheet-translated-by = Texte traduit par
sheet-then = La personne qui aide envoie une photo de cette feuille. Une deuxième personne de la structure la vérifie.
sheet-not-before = Avant cela, rien ne s'ouvre. La feuille attend jusqu'au { $until }.
sheet-stop = Pour arrêter : entrez dans votre consigne, page « Les personnes qui m'aident ». Ou dites-le à la structure.
sheet-printed = Texte vérifiable : { $sum }
sheet-print = Imprimez cette page avec le bouton d'impression de votre appareil.
sheet-print-back = Revenir aux feuilles à signer
sheets-title = Feuilles et décisions à vérifier
sheets-what = Une personne signe une feuille, ou un tribunal décide. Une deuxième personne de la structure vérifie.
sheets-none = Aucune feuille n'attend.
sheets-own = Vous proposez
sheets-other = Proposé par { $name }
sheets-no-photo = La photo manque encore.
sheets-has-photo = La photo est envoyée. Une autre personne doit la vérifier.
sheets-to-check = À vérifier
sheets-until = La feuille attend jusqu'au { $until }.
sheets-open = Ouvrir
sheets-open-named = Ouvrir la feuille { $reference }
sheet-words = Le texte de la feuille
sheet-do-print = Imprimer la feuille
sheet-send-title = Envoyer la photo de la feuille signée
sheet-send-again = Une nouvelle photo remplace la première.
sheet-send-language = Langue de la feuille
sheet-send-read = Le texte a été lu à voix haute
sheet-send-interpreter = Une personne a traduit : son nom
sheet-send-file = Photo ou PDF de la feuille
sheet-send-hint = 5 Mo au plus. La signature doit se lire.
sheet-send-button = Envoyer la photo
sheet-not-sent-title = La photo n'est pas encore envoyée
sheet-see = Voir la photo
sheet-see-told = La personne qui sera aidée voit que vous regardez.
sheet-read-aloud-said = On dit que le texte a été lu à voix haute.
sheet-interpreter-said = On dit que { $name } a traduit le texte.
sheet-check-title = Vérifier
sheet-check-what = Comparez la photo et le texte. Le numéro est-il le même ? La feuille est-elle signée ?
sheet-check-doubt = Un doute ? Parlez à la personne qui a signé, ou refusez.
sheet-family-name = Nom de famille sur la feuille
sheet-confirm = J'ai vérifié : l'aide peut commencer
sheet-refuse = Refuser cette feuille
sheet-take-back = Abandonner cette proposition
sheet-just-confirmed = L'aide a commencé. La personne est prévenue dans sa consigne.
sheet-just-refused = C'est refusé. La photo est effacée.
language-name = Français

## Une décision de justice

field-measure = Mesure
field-court = Tribunal
field-decided-on = Date de la décision
field-judgment = Décision de justice
consent-judgment = Une décision de justice charge { $organisation } de vous aider. { $name } le fait pour cette structure.
judgment-tutelle = C'est une tutelle.
judgment-curatelle = C'est une curatelle.
judgment-court = Tribunal : { $court }. Décision : { $day }.
judgment-person = La décision porte aussi sur votre personne, donc sur votre santé.
judgment-property = La décision porte sur vos biens. Elle ne porte pas sur votre santé.
consent-judgment-checked = La décision est photographiée. Une personne responsable la vérifie avant le début de l'aide : { $organisation }.
consent-judgment-stop = Hors de cette consigne, la décision du tribunal reste valable.
line-judgment = Sur décision de justice.
help-by-judgment = Sur décision de justice
helped-by-judgment = Sur décision de justice
help-court-news = Une personne vous aide sur décision de justice.
help-see-decision = Voir la décision
help-see-decision-named = Voir la décision : { $name }
help-decision-checked-by = Décision vérifiée par { $name }.
help-decision-waiting = Une décision de justice attend d'être vérifiée. L'aide n'a pas commencé.
propose-judgment-link = Un tribunal a décidé une tutelle ou une curatelle
propose-judgment-title = Aider sur décision de justice
propose-judgment-told = Un tribunal vous a chargé d'aider cette personne. Il faut son code pour une tutelle ou une curatelle, puis une photo de la décision.
propose-judgment-check = Une autre personne, responsable de votre structure, vérifie la décision. La personne voit tout, et peut arrêter cette aide.
propose-judgment-not = Ce n'est pas une décision de justice
propose-judgment-code-label = Code pour une tutelle ou une curatelle
propose-judgment-code = La personne l'a écrit sur un papier. Un code pour une feuille à signer ne sert pas ici.
propose-tutelle = Tutelle
propose-curatelle = Curatelle
propose-curatelle-hint = Curatelle : voir la liste, ouvrir et ajouter, rien de plus.
propose-judgment-until = Fin de la mesure
propose-judgment-until-hint = Comme le dit la décision, et dans 5 ans au plus.
propose-judgment-person = La décision porte aussi sur la personne, pas seulement sur ses biens
decision-reference = Décision { $reference }
decision-words = Le texte
decision-send-title = Envoyer la photo de la décision
decision-send-file = Photo ou PDF de la décision
decision-send-hint = 5 Mo au plus. Le nom de la personne, le tribunal, la date et la fin doivent se lire.
decision-check-what = Lisez la décision. Répondez avec ce qu'elle dit. Nomme-t-elle votre structure ou votre collègue ? Le tribunal, la date et la fin sont-ils ceux du texte ?
decision-check-doubt = Un doute ? Appelez le tribunal, ou refusez.
decision-family-name = Nom de famille de la personne, comme dans la décision
decision-refuse = Refuser cette décision
done-sheet-send-judgment = { $who ->
    [you] Vous avez envoyé la photo d'une décision de justice.
   *[other] { $name } a envoyé la photo d'une décision de justice.
}
done-sheet-view-judgment = { $who ->
    [you] Vous avez regardé la photo d'une décision de justice.
   *[other] { $name } a regardé la photo d'une décision de justice.
}
done-sheet-confirm-judgment = { $who ->
    [you] Vous avez vérifié une décision de justice. L'aide a commencé.
   *[other] { $name } a vérifié une décision de justice. L'aide a commencé.
}
done-sheet-refuse-judgment = { $who ->
    [you] Vous avez refusé une décision de justice.
   *[other] { $name } a refusé une décision de justice.
}
done-organisation-amend = { $who ->
    [you] Vous autorisez la structure à aider sur décision de justice.
   *[other] { $name } autorise la structure à aider sur décision de justice.
}
tried-organisation-amend = { $who ->
    [you] Vous avez essayé de changer ce que la structure peut faire sur décision de justice.
   *[other] { $name } a essayé de changer ce que la structure peut faire sur décision de justice.
}
because-no-judgments = cette structure n'aide pas sur décision de justice
because-by-judgment = cette aide dépend d'une décision de justice
problem-no-judgments-title = Votre structure n'aide pas sur décision de justice
problem-no-judgments-help = Demandez à la personne qui fait marcher ce service.
problem-by-judgment-title = Cette aide dépend d'une décision de justice
problem-by-judgment-help = Pour la suite, il faut une nouvelle décision. Proposez-la avec « Un tribunal a décidé une tutelle ou une curatelle ».
decision-given-name = Prénom de la personne, comme dans la décision
decision-birthdate = Date de naissance de la personne, comme dans la décision
decision-measure = Quelle mesure dit la décision ?
help-court-title = Un code pour une tutelle ou une curatelle
help-court-told = Un tribunal a décidé que l'on vous aide ? Avec ce code, l'aide peut commencer sans vous ici.
help-court-limits = 5 ans au plus, comme le dit la décision. La santé, si la décision porte sur la personne. Vous voyez tout, et vous pouvez arrêter.
help-court-since = Vous avez un code pour une tutelle ou une curatelle. Fait { $day }. Bon jusqu'au { $until }.
help-court-button = Faire un code pour une tutelle ou une curatelle
help-court-again = Faire un nouveau code pour une tutelle ou une curatelle
court-code-title = Code pour une tutelle ou une curatelle
court-code-then = Elle photographie la décision du tribunal. Une personne responsable la vérifie. Alors l'aide peut commencer sans vous ici.
stop-judgment = La décision du tribunal reste valable en dehors de cette consigne.
done-organisation-amend-no-more = { $who ->
    [you] Vous n'autorisez plus la structure à aider sur décision de justice.
   *[other] { $name } n'autorise plus la structure à aider sur décision de justice.
}
done-help-judgment-code = { $who ->
    [you] Vous avez fait un code pour une tutelle ou une curatelle.
   *[other] { $name } a fait un code pour une tutelle ou une curatelle.
}
done-help-judgment-code-drop = { $who ->
    [you] Vous avez retiré le code pour une tutelle ou une curatelle.
   *[other] { $name } a retiré le code pour une tutelle ou une curatelle.
}
tried-help-judgment-code = { $who ->
    [you] Vous avez essayé de faire un code pour une tutelle ou une curatelle.
   *[other] { $name } a essayé de faire un code pour une tutelle ou une curatelle.
}
tried-help-judgment-code-drop = { $who ->
    [you] Vous avez essayé de retirer le code pour une tutelle ou une curatelle.
   *[other] { $name } a essayé de retirer le code pour une tutelle ou une curatelle.
}

## Être prévenu

done-contact-view = { $who ->
    [you] Vous avez regardé comment vous êtes prévenu.
   *[other] { $name } a regardé comment vous êtes prévenu.
}
done-contact-change = { $who ->
    [you] Vous avez choisi comment être prévenu. Un code est parti.
   *[other] { $name } a choisi comment vous prévenir. Un code est parti.
}
done-contact-confirm = { $who ->
    [you] Vous avez donné le code reçu. Vous êtes prévenu là à partir de maintenant.
   *[other] { $name } a donné le code reçu. Vous êtes prévenu là à partir de maintenant.
}
done-contact-drop = { $who ->
    [you] Vous avez choisi de ne plus être prévenu.
   *[other] { $name } a choisi de ne plus vous prévenir.
}
done-notice-send = { $who ->
    [you] Vous avez envoyé un message.
   *[other] { $name } vous a envoyé un message.
}
done-dates-look = { $who ->
    [you] Vous avez regardé les dates de vos papiers.
   *[other] { $name } a regardé les dates de vos papiers, pour vous prévenir.
}
tried-contact-view = { $who ->
    [you] Vous avez essayé de regarder comment vous êtes prévenu.
   *[other] { $name } a essayé de regarder comment vous êtes prévenu.
}
tried-contact-change = { $who ->
    [you] Vous avez essayé de choisir comment être prévenu.
   *[other] { $name } a essayé de choisir comment vous prévenir.
}
tried-contact-confirm = { $who ->
    [you] Vous avez essayé de donner le code reçu.
   *[other] { $name } a essayé de donner le code reçu.
}
tried-contact-drop = { $who ->
    [you] Vous avez essayé de ne plus être prévenu.
   *[other] { $name } a essayé de ne plus vous prévenir.
}
tried-notice-send = { $who ->
    [you] Vous avez essayé d'envoyer un message.
   *[other] { $name } a essayé de vous envoyer un message.
}
tried-dates-look = { $who ->
    [you] Vous avez essayé de regarder les dates de vos papiers.
   *[other] { $name } a essayé de regarder les dates de vos papiers, pour vous prévenir.
}
done-contact-amend = { $who ->
    [you] Vous avez changé vos messages. Le numéro ou l'adresse reste.
   *[other] { $name } a changé vos messages. Le numéro ou l'adresse reste.
}
tried-contact-amend = { $who ->
    [you] Vous avez essayé de changer vos messages.
   *[other] { $name } a essayé de changer vos messages.
}
because-codes-over = 5 codes étaient déjà partis en un jour
because-service-codes-over = le service avait envoyé tous ses codes du jour
problem-codes-over-title = 5 codes sont déjà partis aujourd'hui.
problem-codes-over-help = Recommencez demain. Rien d'autre ne change d'ici là.
problem-service-codes-over-title = Le service a envoyé tous ses codes du jour.
problem-service-codes-over-help = Ce n'est pas à cause de vous. Recommencez demain.
problem-field-landline = Ce numéro ne reçoit pas de SMS. Donnez un numéro de portable : 06 ou 07.
because-no-contact = aucun code n'est attendu
because-gateway-away = le service qui porte les messages ne répondait pas
because-not-delivered = le message a été refusé
because-no-longer-so = ce n'était plus vrai
because-delivery-unknown = on ne sait pas si le message est parti
problem-no-contact-title = Aucun code n'est attendu.
problem-no-contact-help = Choisissez d'abord comment être prévenu. Un nouveau code part alors.
problem-field-not-an-address = Ce numéro ou cette adresse ne va pas. Vérifiez, puis recommencez.

## Les messages. « Discret » : rien ne dit de quoi il s'agit.

notice-code-subject = Votre code
notice-code = Votre code est { $code }. Il sert 15 minutes. Ne le donnez à personne. Vous n'avez rien demandé ? Ne faites rien.
notice-discreet-subject = Du nouveau pour vous
notice-discreet = Bonjour. Il y a du nouveau pour vous. Regardez quand vous pouvez.
notice-subject = Votre consigne
reminder-subject = Votre accès à Consigne
reminder-warned = Bonjour, vous n'avez rien fait depuis 5 mois dans cette structure : { $where }.
    Vos droits y seront suspendus { $day }.
    Pour les garder : entrez dans Consigne, puis ouvrez la page de la structure.
    Vous n'y travaillez plus ? Vous n'avez rien à faire.
    Ce message ne demande ni code, ni mot de passe.
reminder-suspended = Bonjour, vous n'avez rien fait depuis 6 mois dans cette structure : { $where }.
    Vos droits y sont suspendus.
    Pour les retrouver : demandez à la personne qui gère la structure.
    Vous n'y travaillez plus ? Vous n'avez rien à faire.
    Ce message ne demande ni code, ni mot de passe.
notice-who = { $who }, { $where }
notice-given = Consigne : une aide a commencé. Qui aide : { $who }.
notice-given-somebody = Consigne : une aide a commencé.
notice-stopped = Consigne : une aide est arrêtée. Qui aidait : { $who }.
notice-stopped-somebody = Consigne : une aide est arrêtée.
notice-over = Consigne : une aide est finie. C'était la date prévue. Qui aidait : { $who }.
notice-over-somebody = Consigne : une aide est finie. C'était la date prévue.
notice-all-stopped = Consigne : toutes les aides sont arrêtées.
notice-handed = Consigne : des papiers sont transmis en votre nom.
notice-look = Vous ne le saviez pas ? Entrez dans votre consigne et regardez.
notice-moved = Consigne : nos messages vont maintenant ailleurs. C'est le dernier message ici.
notice-moved-look = Ce n'est pas vous ? Entrez dans votre consigne et regardez comment vous êtes prévenu.
notice-ending = Consigne : une aide s'arrête bientôt. Dernier jour : { $day }. Qui aide : { $who }.
notice-ending-somebody = Consigne : une aide s'arrête bientôt. Dernier jour : { $day }.
notice-ending-look = Pour continuer, faites une nouvelle autorisation.
notice-papers = { $count ->
    [one] Consigne : 1 papier n'est bientôt plus bon. Dernier jour : { $day }.
   *[other] Consigne : { $count } papiers ne sont bientôt plus bons. Pour le premier, dernier jour : { $day }.
}
notice-papers-one = { $title } : dernier jour { $day }.
notice-papers-look = Entrez dans votre consigne pour les voir.
notice-title = « { $title } »
notice-digest = Consigne : voici qui a ouvert ou changé vos papiers ces derniers jours.
notice-digest-somebody = Une personne qui vous aide
notice-digest-institution = Un organisme
notice-digest-opened = { $who } : { $opened ->
    [one] 1 papier ouvert.
   *[other] { $opened } papiers ouverts.
}
notice-digest-changed = { $who } : { $changed ->
    [one] 1 papier ajouté ou changé.
   *[other] { $changed } papiers ajoutés ou changés.
}
notice-digest-both = { $who } : { $opened ->
    [one] 1 papier ouvert
   *[other] { $opened } papiers ouverts
}, { $changed ->
    [one] 1 papier ajouté ou changé.
   *[other] { $changed } papiers ajoutés ou changés.
}
notice-digest-more = D'autres personnes aussi.
notice-digest-titles = Par exemple : { $titles }.
notice-digest-look = Pour tout voir, entrez dans votre consigne.

## La page « Être prévenu »

contact-title = Être prévenu
contact-wrong-title = Ça n'a pas marché : être prévenu
contact-what = Nous pouvons vous écrire quand une aide commence ou s'arrête.
contact-what-dates = Nous pouvons aussi vous écrire avant la fin d'une aide ou d'un papier.
contact-go = Choisir comment être prévenu
contact-now-sms = Vous êtes prévenu par SMS, au { $where }.
contact-now-sms-discreet = Vous êtes prévenu par SMS, au { $where }. Le message ne dit pas pourquoi.
contact-now-email = Vous êtes prévenu par e-mail, à { $where }.
contact-now-email-discreet = Vous êtes prévenu par e-mail, à { $where }. Le message ne dit pas pourquoi.
contact-now-digest = Un résumé part aussi chaque semaine.
contact-how-title = Changer le message
contact-how-button = Changer le message
contact-stop = Ne plus être prévenu
contact-code-title = Nous avons envoyé un code
contact-code-went = Un code est parti à { $where }.
contact-code-until = Il sert jusqu'à { $time }.
contact-code = Le code reçu : 6 chiffres
contact-code-over = Il ne sert plus.
contact-code-meanwhile = En attendant, vous êtes prévenu comme avant.
contact-code-again = Recevoir un autre code
contact-keep = Garder comme avant
contact-forget = Oublier ce choix
contact-where-sms = Vous êtes prévenu par SMS, au { $where }.
contact-where-email = Vous êtes prévenu par e-mail, à { $where }.
contact-nowhere = Vous n'êtes prévenu nulle part.
contact-code-button = Donner le code
contact-choose-title = Choisir
contact-other-title = Choisir un autre numéro ou une autre adresse
contact-by = Comment voulez-vous être prévenu ?
contact-sms = Par SMS
contact-email = Par e-mail
contact-number = Votre numéro de téléphone
contact-address = Votre adresse e-mail
contact-discreet = Message discret
contact-discreet-hint = Le message dit seulement qu'il y a du nouveau. Il ne dit pas quoi, ni de la part de qui.
contact-digest = Recevoir un résumé chaque semaine
contact-digest-hint = Il dit qui a ouvert ou changé vos papiers. Personne ne l'a fait ? Rien ne part.
contact-then = Nous vous envoyons un code. Donnez-le ici : nous saurons que c'est bien chez vous.
contact-button = Envoyer le code
contact-none-offered = Ce service n'envoie pas encore de message.
contact-back = Revenir à ma consigne

## Les papiers que la consigne fait : attestation, fin d'aide, reçus

done-mandate-attest = { $who ->
    [you] Vous avez fait une attestation d'aide.
   *[other] { $name } a fait une attestation d'aide.
}
tried-mandate-attest = { $who ->
    [you] Vous avez essayé de faire une attestation d'aide.
   *[other] { $name } a essayé de faire une attestation d'aide.
}
done-document-receipt = { $who ->
    [you] Vous avez fait un reçu { $of_paper }.
   *[other] { $name } a fait un reçu { $of_paper }.
}
tried-document-receipt = { $who ->
    [you] Vous avez essayé de faire un reçu { $of_paper }.
   *[other] { $name } a essayé de faire un reçu { $of_paper }.
}
done-locker-receipt = { $who ->
    [you] Vous avez fait le reçu de tout ce qu'il y a dans votre consigne.
   *[other] { $name } a fait le reçu de tout ce qu'il y a dans votre consigne.
}
tried-locker-receipt = { $who ->
    [you] Vous avez essayé de faire le reçu de votre consigne.
   *[other] { $name } a essayé de faire le reçu de votre consigne.
}
done-attestation-check = { $who ->
    [you] Vous avez vérifié une attestation.
   *[other] { $name } a vérifié une attestation.
}
tried-attestation-check = { $who ->
    [you] Vous avez essayé de vérifier une attestation.
   *[other] { $name } a essayé de vérifier une attestation.
}
attest-title = Attestation d'autorisation d'aide
attest-intro = Ce papier dit qui peut aider une personne avec ses papiers, pour quoi, et jusqu'à quand.
attest-over-title = Attestation de fin d'aide
attest-over-intro = Cette aide est terminée. Elle ne permet plus rien.
attest-held-title = Attestation : aide suspendue
attest-held-intro = Cette aide ne permet rien en ce moment. Elle peut reprendre.
attest-why-held = La personne qui aide n'est plus active dans sa structure, ou la consigne est fermée.
attest-holder = La personne aidée
attest-helper = La personne qui aide
attest-organisation = Sa structure
attest-desk = La structure qui aide
attest-desk-all = { $name }, toutes les personnes qui y aident
attest-what-for = Pour quoi
attest-purpose = { $purpose }. Démarche : { $theme }.
attest-from = L'aide a commencé
attest-until = L'aide s'arrête
attest-planned = L'aide devait s'arrêter
attest-ended = L'aide s'est arrêtée
attest-why = Pourquoi
attest-why-date = C'était la date prévue.
attest-why-stopped = Elle a été arrêtée avant la date prévue.
attest-agreed = L'accord
attest-by-session = La personne aidée a donné son accord elle-même, dans sa consigne.
attest-by-window = La personne aidée a prouvé qui elle est. Elle a donné son accord sur l'appareil de la personne qui aide.
attest-by-paper = La personne aidée a signé une feuille. Une deuxième personne de la structure l'a vérifiée. La personne aidée ne l'a pas encore confirmé dans sa consigne.
attest-by-paper-confirmed = La personne aidée a signé une feuille, puis l'a confirmé dans sa consigne.
attest-by-judgment = Une décision de justice.
attest-allows = Ce qui est permis
attest-check = Pour vérifier ce papier
attest-check-how = Photographiez l'image, ou allez sur { $address } et tapez ce code.
attest-check-answers = La réponse dit un mot : valable, terminée ou inconnue. Elle ne dit rien d'autre.
attest-check-alone = Ce papier seul ne suffit pas : l'aide peut s'arrêter avant la date.
attest-check-over = La réponse est maintenant : terminée.
attest-picture = Image à photographier. Elle mène à la page où ce papier se vérifie.
attest-mandate = Une autorisation d'aide
attest-mandate-word = On dit aussi « mandat ». Une personne en charge une autre d'agir pour elle, dans des limites.
attest-stop = Comment arrêter l'aide
attest-stop-enter = Entrez dans votre consigne : { $address }
attest-stop-page = Ouvrez la page « Les personnes qui m'aident ».
attest-stop-press = Choisissez « Arrêter cette aide ». Vous n'avez pas à dire pourquoi.
attest-stop-now = L'aide s'arrête tout de suite.
attest-stop-structure = Vous ne pouvez pas entrer ? Dites-le à la personne qui aide ou à sa structure. Elles peuvent aussi arrêter l'aide.
attest-stop-relative = Vous ne pouvez pas entrer ? Dites-le à la personne qui aide. Elle peut aussi arrêter l'aide.
attest-never = Ce que la personne qui aide ne peut jamais faire
attest-never-destroy = Supprimer vos papiers, ou les emporter tous.
attest-never-hidden = Voir les papiers que vous lui cachez.
attest-never-give = Donner une autorisation à quelqu'un d'autre.
attest-never-more = Faire plus que ce qui est permis ici.
attest-see = Ce que vous pouvez vérifier
attest-see-lines = Votre consigne garde une ligne pour chaque visite et chaque papier ouvert. Elles sont dans « Qui a ouvert mes papiers ? ».
attest-see-wrong = Quelque chose ne va pas ? Arrêtez l'aide d'abord. Parlez-en ensuite à une personne de confiance.
attest-made = Papier fait { $moment }.
paper-made = Papier fait { $moment } par ce service : { $service }.
paper-demo = Démonstration : ce papier n'a aucune valeur
attest-template = Modèle : { $sum }
elsewhere-title = Vous venez d'un autre site
elsewhere-told = Un autre site vous a envoyé ici, pour faire un papier. Rien n'est fait encore.
elsewhere-what = Vous le vouliez ? Appuyez sur le bouton. Sinon, ne faites rien.
elsewhere-button = Faire ce papier
elsewhere-back = Aller à la première page
attest-what = Vous pouvez montrer cette aide sur un papier. Il a un code pour le vérifier.
attest-link = Faire l'attestation
attest-over-link = Faire l'attestation de fin d'aide
attest-visit-link = Faire l'attestation d'aide, à imprimer
receipt-title = Reçu d'un papier ajouté
receipt-intro = Ce papier a été reçu dans une consigne, et il y est gardé.
receipt-holder = La consigne de
receipt-paper = Papier
receipt-kind = Type de papier
receipt-category = Rubrique
receipt-whose = À qui est ce papier
receipt-whose-me = À la personne elle-même
receipt-whose-child = À son enfant
receipt-whose-spouse = À la personne avec qui elle vit en couple
receipt-version = Version
receipt-added = Ajouté
receipt-by = Ajouté par
receipt-by-somebody = Une autre personne
receipt-origin = D'où il vient
receipt-brought = Apporté
receipt-seen = Original vu par { $name }, { $organisation }, { $day }
receipt-file = Nom du fichier
receipt-size = Taille
receipt-bytes = { $bytes ->
    [one] { $size }, soit { $bytes } octet
   *[other] { $size }, soit { $bytes } octets
}
receipt-sum = Empreinte SHA-256
receipt-sum-is = L'empreinte est un nombre calculé sur le fichier. Si le fichier change, l'empreinte change aussi. Elle prouve que c'est le même fichier.
receipt-no-original = Ce reçu ne remplace pas le papier lui-même.
receipt-all-title = Ce qu'il y a dans la consigne
receipt-all-on = À la date de
receipt-all-papers = Papiers gardés
receipt-all-count = { $count ->
    [0] Aucun papier
    [one] { $count } papier
   *[other] { $count } papiers
}
receipt-all-older = { $count ->
    [one] { $count } papier plus ancien n'est pas dans cette liste.
   *[other] { $count } papiers plus anciens ne sont pas dans cette liste.
}
receipt-all-damaged = { $count ->
    [one] { $count } papier ne s'ouvre pas. Il n'est pas dans cette liste.
   *[other] { $count } papiers ne s'ouvrent pas. Ils ne sont pas dans cette liste.
}
receipt-link = Faire un reçu de ce papier
receipt-all-link = Un reçu de tout
receipt-all-what = Une liste à imprimer : chaque papier, quand et par qui il a été ajouté. Les papiers que vous cachez y sont aussi.
receipt-all-button = Faire le reçu
verify-title = Vérifier une attestation d'aide
verify-wrong-title = Code à corriger
verify-what = Tapez le code qui est sur le papier.
verify-code = Code
verify-code-hint = 12 lettres et chiffres. Les espaces et les tirets ne comptent pas.
verify-button = Vérifier le code
verify-valid = Cette attestation est valable.
verify-valid-means = L'aide peut se faire maintenant.
verify-ended = Cette attestation est terminée.
verify-ended-means = Ce papier ne vaut plus. L'aide continue peut-être : demandez un papier plus récent.
verify-unknown = Ce code est inconnu.
verify-unknown-means = Vérifiez chaque lettre. Si c'est le bon code, ce papier n'est pas une attestation de ce service.
verify-no-code = Ce n'est pas un code d'attestation. Vérifiez chaque lettre, puis recommencez.
verify-late = Trop de codes ont été essayés ici. Attendez une minute, puis recommencez.
verify-nothing-else = Cette page ne dit pas qui aide, ni qui est aidé. Vérifiez vous-même les noms qui sont sur le papier.
sheet-save = Prendre la feuille en PDF
sheet-to-fill = À remplir à la main
# Le contrôle des virus
done-content-found-clean = Aucun virus n'a été trouvé dans { $paper }.
done-content-found-infected = Un virus a été trouvé dans { $paper }. Personne ne peut plus l'ouvrir.
tried-content-found-clean = { $who ->
    [you] Vous avez essayé de faire chercher les virus dans { $paper }.
   *[other] { $name } a essayé de faire chercher les virus dans { $paper }.
}
tried-content-found-infected = { $who ->
    [you] Vous avez essayé de noter un virus dans { $paper }.
   *[other] { $name } a essayé de noter un virus dans { $paper }.
}
because-infected = un virus a été trouvé dans le fichier
because-scanner-away = on ne pouvait pas chercher les virus à ce moment
because-too-large-to-scan = le fichier est trop grand pour y chercher les virus
because-left-out = un papier ne pouvait pas être ouvert
close-export-left-out = Tout a été emporté, sauf ce que personne ne peut ouvrir.
problem-infected-title = Un virus a été trouvé dans ce fichier. Il n'a pas été gardé.
problem-infected-help = Ajoutez une photo du papier. Ou demandez un autre fichier à qui vous a donné celui-ci.
problem-found-infected-title = Un virus a été trouvé dans ce papier. Personne ne peut l'ouvrir.
problem-found-infected-help = Demandez le papier de nouveau à qui l'a fait. Puis ajoutez-le.
problem-not-scanned-title = Ce papier ne s'ouvre pas encore.
problem-not-scanned-help = Il faut d'abord y chercher les virus. Le papier est en sécurité. Recommencez dans quelques minutes.
problem-scanner-away-title = On ne peut pas chercher les virus maintenant.
problem-scanner-away-help = La photo n'a pas été gardée. Envoyez-la de nouveau dans quelques minutes.
scanned-not = On n'a pas cherché de virus dans ce papier.
scanned-held = On n'a pas encore cherché de virus dans ce papier. On le fera avant de l'ouvrir.
scanned-infected = Un virus a été trouvé dans ce papier. Personne ne peut l'ouvrir. Vous pouvez le mettre à la corbeille, puis le supprimer.
scanned-infected-helped = Un virus a été trouvé dans ce papier. Personne ne peut l'ouvrir. Dites-le à la personne que vous aidez.
export-left-out-name = laissé de côté
export-held-told = Ce papier n'est pas dans ce fichier. On n'a pas encore pu y chercher les virus. Il est toujours dans votre consigne. Recommencez plus tard.
export-infected-told = Ce papier n'est pas dans ce fichier. Un virus a été trouvé dedans. Demandez le papier de nouveau à qui l'a fait.
export-readme-left-out = Le nom d'un fichier finit par « laissé de côté » ? Ce fichier dit pourquoi le papier manque.

## Les organismes qui demandent des papiers

who-institution = Un organisme
who-agent = Quelqu'un d'un organisme
done-institution-register = { $who ->
    [you] Vous avez inscrit un organisme.
   *[other] { $name } a inscrit un organisme.
}
tried-institution-register = { $who ->
    [you] Vous avez essayé d'inscrire un organisme.
   *[other] { $name } a essayé d'inscrire un organisme.
}
done-institution-amend = { $who ->
    [you] Vous avez changé ce qu'un organisme peut demander.
   *[other] { $name } a changé ce qu'un organisme peut demander.
}
tried-institution-amend = { $who ->
    [you] Vous avez essayé de changer ce qu'un organisme peut demander.
   *[other] { $name } a essayé de changer ce qu'un organisme peut demander.
}
done-institution-list = { $who ->
    [you] Vous avez regardé la liste des organismes.
   *[other] { $name } a regardé la liste des organismes.
}
tried-institution-list = { $who ->
    [you] Vous avez essayé de regarder la liste des organismes.
   *[other] { $name } a essayé de regarder la liste des organismes.
}
done-institution-token = { $who ->
    [you] Votre logiciel est entré.
   *[other] Le logiciel d'un organisme est entré.
}
tried-institution-token = { $who ->
    [you] Votre logiciel a essayé d'entrer.
   *[other] Le logiciel d'un organisme a essayé d'entrer.
}
done-institution-view = { $who ->
    [you] Vous avez regardé comment l'organisme est inscrit.
   *[other] { $name } a regardé comment il est inscrit.
}
tried-institution-view = { $who ->
    [you] Vous avez essayé de regarder comment l'organisme est inscrit.
   *[other] { $name } a essayé de regarder comment il est inscrit.
}
because-wrong-assertion = la preuve n'était pas bonne
because-replayed-assertion = la preuve avait déjà servi
because-institution-suspended = cet organisme ne peut plus rien demander
because-out-of-registration = cet organisme n'est pas inscrit pour cela
because-out-of-token = le logiciel n'avait pas demandé cela
problem-token-title = Cette preuve n'est pas bonne.
problem-token-help = Le logiciel doit en faire une autre.
because-requests-full = trop de demandes de cet organisme attendent déjà
problem-requests-full-title = Trop de demandes attendent déjà une réponse.
problem-requests-full-help = Retirez celles qui ne servent plus, ou attendez des réponses.
problem-institution-suspended-title = Cet organisme ne peut plus rien demander.
problem-institution-suspended-help = Parlez à la personne qui gère le service.
problem-scope-title = Ce logiciel ne peut pas faire cela.
problem-scope-help = Parlez à la personne qui gère le service.
done-request-make = { $who ->
    [you] Vous avez demandé des papiers à une personne.
   *[other] { $name } a demandé des papiers à une personne.
}
tried-request-make = { $who ->
    [you] Vous avez essayé de demander des papiers à une personne.
   *[other] { $name } a essayé de demander des papiers à une personne.
}
done-request-follow = { $who ->
    [you] Vous avez regardé vos demandes de papiers.
   *[other] { $name } a regardé ses demandes de papiers.
}
tried-request-follow = { $who ->
    [you] Vous avez essayé de regarder vos demandes de papiers.
   *[other] { $name } a essayé de regarder ses demandes de papiers.
}
done-request-withdraw = { $who ->
    [you] Vous avez retiré une demande de papiers.
   *[other] { $name } a retiré une demande de papiers.
}
tried-request-withdraw = { $who ->
    [you] Vous avez essayé de retirer une demande de papiers.
   *[other] { $name } a essayé de retirer une demande de papiers.
}
done-request-take = { $who ->
    [you] Vous avez ouvert une demande de papiers avec son code.
   *[other] { $name } a ouvert une demande de papiers avec son code.
}
tried-request-take = { $who ->
    [you] Vous avez essayé d'ouvrir une demande de papiers avec un code.
   *[other] { $name } a essayé d'ouvrir une demande de papiers avec un code.
}
done-request-list = { $who ->
    [you] Vous avez regardé les demandes de papiers.
   *[other] { $name } a regardé les demandes de papiers.
}
tried-request-list = { $who ->
    [you] Vous avez essayé de regarder les demandes de papiers.
   *[other] { $name } a essayé de regarder les demandes de papiers.
}
done-request-view = { $who ->
    [you] Vous avez regardé une demande de papiers, et vos papiers qui y répondent.
   *[other] { $name } a regardé une demande de papiers, et les papiers qui y répondent.
}
tried-request-view = { $who ->
    [you] Vous avez essayé de regarder une demande de papiers.
   *[other] { $name } a essayé de regarder une demande de papiers.
}
done-request-decline = { $who ->
    [you] Vous avez refusé une demande de papiers.
   *[other] { $name } a refusé une demande de papiers.
}
tried-request-decline = { $who ->
    [you] Vous avez essayé de refuser une demande de papiers.
   *[other] { $name } a essayé de refuser une demande de papiers.
}
done-request-save = { $who ->
    [you] Vous avez gardé vos choix pour une demande de papiers.
   *[other] { $name } a gardé des choix pour une demande de papiers.
}
tried-request-save = { $who ->
    [you] Vous avez essayé de garder vos choix pour une demande de papiers.
   *[other] { $name } a essayé de garder des choix pour une demande de papiers.
}
done-share-give = { $who ->
    [you] Vous avez transmis des papiers à { $whom }.
   *[other] { $name } a transmis des papiers à { $whom }.
}
tried-share-give = { $who ->
    [you] Vous avez essayé de transmettre des papiers.
   *[other] { $name } a essayé de transmettre des papiers.
}
done-share-list = { $who ->
    [you] Vous avez regardé ce que vous avez transmis.
   *[other] { $name } a regardé ce que vous avez transmis.
}
tried-share-list = { $who ->
    [you] Vous avez essayé de regarder ce que vous avez transmis.
   *[other] { $name } a essayé de regarder ce que vous avez transmis.
}
done-share-pause = { $who ->
    [you] Vous avez mis en pause ce que vous avez transmis à { $whom }.
   *[other] { $name } a mis en pause ce que vous avez transmis à { $whom }.
}
tried-share-pause = { $who ->
    [you] Vous avez essayé de mettre en pause ce que vous avez transmis.
   *[other] { $name } a essayé de mettre en pause ce que vous avez transmis.
}
done-share-resume = { $who ->
    [you] Vous avez arrêté la pause : { $whom } peut de nouveau ouvrir les papiers transmis.
   *[other] { $name } a arrêté la pause : { $whom } peut de nouveau ouvrir les papiers transmis.
}
tried-share-resume = { $who ->
    [you] Vous avez essayé d'arrêter la pause de ce que vous avez transmis.
   *[other] { $name } a essayé d'arrêter la pause de ce que vous avez transmis.
}
done-share-revoke = { $who ->
    [you] Vous avez arrêté ce que vous avez transmis à { $whom }. Rien ne s'ouvre plus.
   *[other] { $name } a arrêté ce que vous avez transmis à { $whom }. Rien ne s'ouvre plus.
}
tried-share-revoke = { $who ->
    [you] Vous avez essayé d'arrêter ce que vous avez transmis.
   *[other] { $name } a essayé d'arrêter ce que vous avez transmis.
}
done-share-receive = { $who ->
    [you] Vous avez regardé la liste des papiers transmis.
   *[other] { $name } a regardé la liste des papiers que vous avez transmis.
}
tried-share-receive = { $who ->
    [you] Vous avez essayé de regarder la liste des papiers transmis.
   *[other] { $name } a essayé de regarder la liste des papiers que vous avez transmis.
}
done-share-archive = { $who ->
    [you] Vous avez demandé tous les papiers transmis en un seul fichier.
   *[other] { $name } a demandé tous les papiers transmis en un seul fichier.
}
tried-share-archive = { $who ->
    [you] Vous avez essayé de prendre tous les papiers transmis en un seul fichier.
   *[other] { $name } a essayé de prendre tous les papiers transmis en un seul fichier.
}
done-share-merged = { $who ->
    [you] Vous avez demandé une copie des papiers transmis en un seul PDF.
   *[other] { $name } a demandé une copie des papiers transmis en un seul PDF.
}
tried-share-merged = { $who ->
    [you] Vous avez essayé de prendre une copie des papiers transmis en un seul PDF.
   *[other] { $name } a essayé de prendre une copie des papiers transmis en un seul PDF.
}
done-share-receipt = { $who ->
    [you] Vous avez fait un reçu des papiers transmis à { $whom }.
   *[other] { $name } a fait un reçu des papiers transmis à { $whom }.
}
tried-share-receipt = { $who ->
    [you] Vous avez essayé de faire un reçu des papiers transmis.
   *[other] { $name } a essayé de faire un reçu des papiers transmis.
}
done-share-receive-receipt = { $who ->
    [you] Vous avez pris le reçu des papiers transmis.
   *[other] { $name } a pris le reçu des papiers que vous avez transmis.
}
tried-share-receive-receipt = { $who ->
    [you] Vous avez essayé de prendre le reçu des papiers transmis.
   *[other] { $name } a essayé de prendre le reçu des papiers que vous avez transmis.
}
close-bundle-complete = Le fichier avec les papiers transmis a été envoyé en entier.
close-bundle-left-out = Le fichier avec les papiers transmis a été envoyé. Il manque ce qui n'était plus là.
close-bundle-stopped = L'envoi du fichier avec les papiers transmis s'est arrêté : { $because }.
because-too-few-readings = il ne reste pas assez d'ouvertures pour tous les papiers
because-too-large-to-merge = les papiers sont trop grands pour un seul PDF
problem-too-few-readings-title = Il ne reste pas assez d'ouvertures.
problem-too-few-readings-help = Il en faut une pour chaque papier. Ouvrez les papiers un par un, ou demandez à la personne.
problem-too-large-to-merge-title = Les papiers sont trop grands pour un seul PDF.
problem-too-large-to-merge-help = Prenez le ZIP, ou les papiers un par un.
given-receipt = Faire un reçu
given-receipt-signed = Prendre le reçu signé
given-receipt-signed-told = C'est un fichier pour les logiciels. Il prouve ce que vous avez transmis, à qui et quand.
cover-title = Papiers transmis
cover-from = Qui transmet
cover-to = À qui
cover-purpose = Pour quoi faire
cover-basis = Texte qui permet cette demande
cover-reference = Nom du dossier
cover-given = Transmis
cover-until = Ces papiers s'ouvrent jusqu'à cette date
cover-archive-what = Ce fichier contient les papiers tels qu'ils ont été ajoutés. Rien n'y est changé.
cover-merged-what = Ce PDF contient des copies des papiers. Sur chaque page, il est écrit pour qui est la copie.
cover-merged-derived = Ces copies ne sont pas les fichiers ajoutés. Les fichiers ajoutés sont dans le ZIP. L'empreinte est celle du fichier ajouté.
cover-copy = Une copie ne remplace pas un original.
cover-list = Les papiers
cover-place = N°
cover-dates = Dates
cover-where = Où
cover-here = Dans ce fichier
cover-page = Page { $page }
cover-pages = Pages { $first } à { $last }
cover-issued = fait { $day }
cover-good-until = dernier jour : { $day }
cover-absent-gone = N'est pas là : la personne l'a retiré.
cover-absent-infected = N'est pas là : un virus y a été trouvé.
cover-absent-damaged = N'est pas là : le fichier ne s'ouvre pas.
cover-absent-encrypted = Dans le ZIP seulement : ce PDF est verrouillé.
cover-absent-unreadable = Dans le ZIP seulement : ce fichier ne se lit pas.
cover-absent-kind = Dans le ZIP seulement : ce type de fichier ne va pas dans un PDF.
cover-absent-too-large = Dans le ZIP seulement : ce fichier est trop grand.
cover-only-there = Ces papiers sont dans le ZIP seulement
cover-refused = Demandé, et pas transmis
cover-refused-number = Le papier demandé numéro { $number }
cover-across = Copie pour { $name } · { $purpose } · { $day }
handed-receipt-title = Reçu des papiers transmis
handed-receipt-intro = Ce reçu dit quels papiers ont été transmis, à qui, et jusqu'à quand.
done-share-take-out = { $who ->
    [you] Un papier détruit ne figure plus dans ce que vous avez transmis à { $whom }.
   *[other] Un papier détruit ne figure plus dans ce que vous avez transmis à { $whom }.
}
tried-share-take-out = { $who ->
    [you] Vous avez essayé d'enlever un papier détruit de ce que vous avez transmis.
   *[other] { $name } a essayé d'enlever un papier détruit de ce que vous avez transmis.
}
done-share-expire = { $who ->
    [you] Ce que vous avez transmis à { $whom } ne s'ouvre plus. C'était la date prévue.
   *[other] Ce que vous avez transmis à { $whom } ne s'ouvre plus. C'était la date prévue.
}
tried-share-expire = { $who ->
    [you] Vous avez essayé de noter la fin de ce que vous avez transmis.
   *[other] { $name } a essayé de noter la fin de ce que vous avez transmis.
}
who-reads = { $organisation }, pour « { $name } »,
who-reads-unread = { $organisation }, pour quelqu'un dont le nom ne se lit pas,
whom-institution = un organisme
because-unknown-request = cette demande n'est pas là
because-unknown-share = rien de tel n'a été transmis
because-share-over = ce qui a été transmis ne s'ouvre plus
because-share-paused = ce qui a été transmis est en pause
problem-share-over-title = Ce qui a été transmis ne s'ouvre plus.
problem-share-over-help = La date est passée, ou la personne a arrêté. Demandez-lui de nouveau, si besoin.
problem-share-paused-title = Ce qui a été transmis est en pause.
problem-share-paused-help = La personne peut arrêter la pause. Recommencez plus tard.
problem-field-out-of-bounds = Donnez un nombre de 1 à { $limit }.
done-webhook-send = { $who ->
    [you] Vous avez prévenu le serveur d'un organisme.
   *[other] Le serveur d'un organisme a été prévenu.
}
tried-webhook-send = { $who ->
    [you] Vous avez essayé de prévenir le serveur d'un organisme.
   *[other] Le serveur d'un organisme devait être prévenu.
}
because-callback-away = ce serveur n'a pas répondu pendant 3 jours
because-callback-gone = ce serveur ne veut plus être prévenu
because-callback-inside = l'adresse de ce serveur n'est pas publique
problem-field-unregistered-callback = Cette adresse n'est pas inscrite pour cet organisme. Inscrivez-la, ou retirez-la.
problem-field-unregistered = Cet organisme ne peut pas demander ce type de papier. Retirez-le.
problem-field-no-such-paper = Ce papier n'est plus là, ou ne répond pas à la demande. Choisissez-en un autre.

## Les papiers demandés, et ce qui a été transmis

given-destroyed = Un papier détruit
asked-title = Papiers demandés
asked-wrong-title = À corriger : papiers demandés
wrongs-count = { $count ->
    [one] Il y a 1 chose à corriger.
   *[other] Il y a { $count } choses à corriger.
}
asked-what = Un organisme vous demande des papiers ? Il vous a donné un code.
asked-code = Code de la demande
asked-code-hint = 12 lettres et chiffres. Les espaces et les tirets ne comptent pas.
asked-code-button = Ouvrir la demande
asked-wrong-code = Ce code ne va pas. Vérifiez chaque lettre, ou demandez un autre code.
asked-list-title = Vos demandes
asked-none = Il n'y a pas de demande.
asked-by = Papiers demandés par { $name }
asked-made = Demande faite { $day }.
asked-waits = Vous pouvez répondre jusqu'à cette date : { $day }.
asked-answered = Vous avez répondu : des papiers sont transmis.
asked-declined = Vous avez refusé cette demande.
asked-withdrawn = L'organisme a retiré sa demande.
asked-over = La date pour répondre est passée.
asked-basis = La règle qui permet cette demande : { $basis }.
asked-reference = Nom du dossier : { $name }.
asked-either = Un de ces papiers, au choix : { $kinds }
asked-or-another = { $kind } ou un autre papier
asked-mandatory = Ce papier est nécessaire.
asked-optional = Donnez-le si vous l'avez.
asked-count = Jusqu'à { $count } papiers.
asked-months = { $count ->
    [one] De moins de 1 mois.
   *[other] De moins de { $count } mois.
}
fit-good = Ce papier convient.
fit-unknown = Il manque une date sur ce papier : il convient peut-être.
fit-too-old = Ce papier est trop vieux pour cette demande.
fit-ended = Ce papier n'est plus bon.
asked-handed = Cet organisme l'a déjà reçu.
asked-nothing = Vous n'avez pas ce papier dans votre consigne.
asked-refuse-part = Je ne donne pas ce papier
asked-refuse-theirs = Seule la personne peut refuser ce papier.
asked-wrong-theirs = { $what } : choisissez un papier. Seule la personne peut refuser.
asked-lasts = Dernier jour où l'organisme peut ouvrir ces papiers
asked-then = L'organisme ouvre ces papiers tels qu'ils sont aujourd'hui.
asked-then-see = Vous voyez chaque ouverture.
asked-then-stop = Vous pouvez arrêter quand vous voulez.
asked-proof = Avant de transmettre, nous vous demandons peut-être de prouver encore que c'est vous.
asked-give = Transmettre ces papiers
asked-decline = Refuser cette demande
asked-back = Revenir aux papiers demandés
asked-wrong-papers = { $what } : choisissez un papier, ou cochez « Je ne donne pas ce papier ».
asked-wrong-refused = { $what } : vous avez choisi un papier et coché « Je ne donne pas ce papier ». Gardez l'un des deux.
asked-wrong-many = { $what } : { $count ->
    [one] choisissez 1 seul papier.
   *[other] choisissez { $count } papiers au plus.
}
asked-wrong-nothing = Choisissez au moins un papier. Pour ne rien donner, refusez la demande.
asked-add-told = Vous pouvez ajouter ce papier maintenant. Vos choix sont gardés, et vous revenez ici ensuite.
asked-added = Votre papier est ajouté. Il est coché dans la demande.
asked-added-unfit = Votre papier est ajouté. Il ne convient pas à cette demande : lisez pourquoi.
asked-added-other = Votre papier est ajouté à votre consigne. Ce n'est pas le type de papier demandé.
answered-given = Transmis : « { $title } », fichier « { $file } », { $day }.
answered-destroyed = Transmis { $day }, et détruit depuis.
answered-refused = Vous n'avez pas donné ce papier.
answered-none = Rien n'a été transmis.
answered-see = Voir ce que vous avez transmis, et qui l'a ouvert
asked-nothing-seen = Vous ne voyez aucun papier qui convient.
asked-then-theirs = La personne voit chaque ouverture. Elle peut arrêter quand elle veut.
asked-proof-helper = Avant de transmettre, nous vous demandons peut-être de prouver encore que c'est vous.
asked-keep-told = Il vous manque un papier ? Gardez vos choix et revenez plus tard. Rien n'est transmis.
asked-keep = Garder pour plus tard
asked-kept = Vos choix sont gardés. Rien n'est transmis.
asked-back-visit = Revenir à la visite
visit-asked = Répondre à une demande de papiers
visit-asked-wrong = À corriger : demande de papiers
visit-asked-what = Un organisme demande des papiers à cette personne ? Elle a reçu un code.
visit-asked-whose = Le code doit être le sien. La demande entre dans sa consigne.
visit-just-given = Les papiers sont transmis. La personne le voit dans sa consigne.
asked-done-given = Vos papiers sont transmis.
asked-done-declined = La demande est refusée. L'organisme le voit.
asked-done-changed = C'est fait.
given-title = Ce que vous avez transmis
given-none = Vous n'avez rien transmis.
given-to = À { $name }
given-named = à { $name }
given-until = Ces papiers s'ouvrent jusqu'à cette date : { $day }.
given-paused = En pause : rien ne s'ouvre. Date de fin : { $day }.
given-stopped = Vous avez arrêté. Rien ne s'ouvre plus.
given-over = C'est fini. La date de fin était { $day }. Rien ne s'ouvre plus.
given-not-believed = Ce qui est gardé ne correspond pas à « Qui a ouvert mes papiers ? ». Rien ne s'ouvre, et rien n'est montré.
given-used = Le nombre d'ouvertures est atteint. Rien ne s'ouvre plus.
given-readings = { $count ->
    [0] Personne n'a encore ouvert ces papiers.
    [one] Ouvert 1 fois.
   *[other] Ouverts { $count } fois.
}
given-stop = Arrêter
given-pause = Mettre en pause
given-go-on = Rouvrir ces papiers
end-keep = Ne pas arrêter
end-share-title = Arrêter ce que vous avez transmis
end-share-now = Plus aucun de ces papiers ne s'ouvre, tout de suite.
end-share-taken = Ce qui a déjà été ouvert a pu être copié. Cela ne s'efface pas.
end-share-never = Vous ne pourrez pas reprendre. Vous pourrez transmettre de nouveau.
end-share-button = Arrêter maintenant
end-share-pause = Vous hésitez ?
end-share-pause-told = Mettez en pause : rien ne s'ouvre. Vous arrêtez la pause quand vous voulez.
end-request-title = Refuser cette demande
end-request-now = Aucun papier n'est transmis.
end-proposal-now = Cet organisme n'envoie aucun papier dans votre consigne.
end-request-told = L'organisme voit que vous avez refusé. Il ne voit pas pourquoi.
end-request-never = Vous ne pourrez plus répondre à cette demande. L'organisme peut en faire une autre.
end-request-keep = Ne pas refuser
end-agreement-title = Ne plus recevoir de papiers
end-agreement-now = Cet organisme ne peut plus ajouter de papiers dans votre consigne, tout de suite.
end-agreement-stay = Les papiers déjà arrivés restent.
end-agreement-never = Pour recommencer, l'organisme doit vous le demander encore.
end-agreement-button = Arrêter maintenant
give-title = Donner des papiers à quelqu'un
give-wrong-title = À corriger : donner des papiers à quelqu'un
give-what = Vous donnez un code à cette personne. Avec ce code, elle voit les papiers que vous choisissez.
give-recipient = À qui ?
give-recipient-hint = Par exemple : mon propriétaire, Mme Petit.
give-purpose = Pour quoi faire ?
give-purpose-hint = Par exemple : louer un logement. La personne lit ces mots.
give-nothing = Vous n'avez pas encore de papier ici.
give-papers = Quels papiers ?
give-health = Papiers de santé : ne les donnez que si c'est vraiment utile.
give-private = Ce papier est caché à vos aidants.
give-not-marked = On ne peut pas écrire sur ce papier pour qui est la copie.
give-as-it-is = Donner aussi les papiers sur lesquels on ne peut pas écrire
give-as-it-is-hint = La personne reçoit alors ces papiers tels quels. Rien ne dit dessus pour qui ils sont.
give-from-first = Le temps commence quand la personne utilise le code
give-from-first-hint = Utile pour un code sur papier. La personne a alors 30 jours.
give-until = Dernier jour
give-until-hint = Si vous ne mettez rien : 30 jours. Pour un code sur papier : 6 mois pour commencer.
give-times = Combien de fois ces papiers s'ouvrent au plus
give-times-hint = Si vous ne mettez rien, la personne ouvre autant qu'elle veut.
give-then = Avec le code, la personne tape aussi votre nom de famille.
give-then-see = Vous voyez qui ouvre vos papiers, et quand.
give-proof = Avant de faire le code, on vous demande peut-être de prouver encore que c'est vous.
give-button = Faire le code
give-wrong-none = Choisissez au moins un papier.
give-wrong-unmarked = On ne peut pas écrire sur un papier choisi. Enlevez ce papier, ou cochez cette case.
give-wrong-recipient = Écrivez à qui vous donnez ces papiers.
give-wrong-purpose = Écrivez pour quoi faire.
given-from-first = Ces papiers s'ouvrent { $count } jours après la première fois. Au plus tard : { $day }.
code-title = Voici le code à donner
code-for = Ce code est pour : { $name }.
code-once = Ce code ne s'affiche qu'une fois. Notez-le, ou imprimez-le maintenant.
code-where = Adresse où taper ce code :
code-how = La personne ouvre cette page et tape ce code.
code-how-surname = Elle tape aussi votre nom de famille.
code-print = Imprimer le code
code-before-title = Ce code a déjà été montré
code-before-nothing = La même page a été envoyée 2 fois. Rien de nouveau n'a été fait.
code-before-once = Un code ne s'affiche qu'une fois. Il marche toujours pour la personne qui l'a.
code-before-see = Voir ce que vous avez transmis
code-before-lost = Vous n'avez pas noté le code ?
code-before-lost-told = Arrêtez ce que vous avez transmis, puis faites un autre code.
code-before-stop = Arrêter ce que vous avez transmis
code-before-another = Faire un autre code
code-paper-title = Un code pour voir des papiers
code-paper-for = Ce code est pour : { $name }.
code-paper-how = Comment faire
code-paper-go = 1. Allez à cette adresse : { $address }
code-paper-type = 2. Tapez ce code : { $code }
code-paper-surname = 3. Tapez le nom de famille de la personne qui vous donne ce papier.
code-paper-name = 4. Dites votre nom. Vous voyez alors les papiers.
code-paper-picture = Une image à photographier : elle mène à la page où le code se tape.
code-paper-time = Combien de temps
code-paper-until = Ce code marche jusqu'à cette date : { $day }.
code-paper-from-first = Le temps commence quand vous tapez le code. Vous avez alors { $count } jours. Tout s'arrête au plus tard à cette date : { $day }.
code-paper-stop = La personne peut arrêter plus tôt.
code-paper-know = À savoir
code-paper-seen = La personne voit qui ouvre ses papiers, et quand.
code-paper-mark = Sur chaque copie, il est écrit pour qui elle est : { $name }.
code-paper-alone = Ce code est pour vous seul. Ne le donnez à personne.
code-paper-foot = Code pour voir des papiers
bearer-title = J'ai un code
bearer-wrong-title = À corriger : j'ai un code
bearer-wrong-name = À corriger : qui êtes-vous ?
bearer-no-code = Tapez le code que l'on vous a donné.
bearer-no-surname = Tapez le nom de famille de la personne.
bearer-what = Quelqu'un vous a donné un code pour voir ses papiers. Vous n'avez pas besoin de compte.
bearer-code = Votre code
bearer-code-hint = 12 lettres et chiffres. Les espaces et les tirets ne comptent pas.
bearer-surname = Nom de famille de la personne qui vous a donné le code
bearer-surname-hint = Comme sur ses papiers. Les accents et les majuscules ne comptent pas.
bearer-seen = Si ce code existe, la personne voit que vous avez essayé.
bearer-go-on = Continuer
bearer-other = Un organisme vous a donné un code pour lui transmettre des papiers ? Ce code se tape dans votre consigne.
bearer-other-go = Aller aux papiers demandés
bearer-wrong = Ce code et ce nom ne vont pas ensemble. Vérifiez les deux, puis recommencez.
bearer-wait = Il y a eu trop d'essais. Attendez quelques minutes, puis recommencez.
bearer-over = Votre temps sur cette page est fini. Tapez le code encore une fois.
bearer-name-title = Qui êtes-vous ?
bearer-name = Votre nom
bearer-name-hint = Par exemple : Marie Petit, agence du Valserin.
bearer-name-seen = La personne qui vous a donné le code voit ce nom, et ce que vous ouvrez.
bearer-see = Voir les papiers
bearer-leave = J'ai fini
bearer-list-title = Papiers que vous pouvez voir
bearer-of = Ces papiers sont à : { $name }.
bearer-for = Ils sont donnés à : { $name }.
bearer-good-until = Dernier jour de ce papier : { $day }.
bearer-list-mark = Vous voyez des copies. Sur chacune, il est écrit pour qui elle est, pour quoi faire, et la date.
bearer-list-seen = La personne voit chaque ouverture.
bearer-open = Ouvrir ce papier
used-title = Qui a ouvert ?
used-none = Personne n'a encore rien ouvert.
used-back = Revenir à ce que vous avez transmis
used-somebody = La personne qui a le code
used-said = « { $name } »
used-entered = Le bon code et votre nom de famille ont été tapés.
used-looked = { $name } a regardé la liste.
used-opened = { $name } a ouvert « { $paper } ».
used-refused = { $name } a essayé, et n'a rien vu.
used-archive = { $name } a pris tous les papiers dans un fichier ZIP.
used-merged = { $name } a pris tous les papiers dans un seul PDF.
used-receipt = { $name } a pris le reçu.
used-wrong-surname = Quelqu'un a tapé le code avec un mauvais nom de famille.
done-share-enter = { $who ->
    [you] Vous êtes entré avec un code.
   *[other] { $name } a tapé le bon code et votre nom de famille.
}
tried-share-enter = { $who ->
    [you] Vous avez essayé d'entrer avec un code.
   *[other] { $name } a essayé d'entrer avec le code.
}
done-share-print = { $who ->
    [you] Vous avez imprimé le code pour { $whom }.
   *[other] { $name } a imprimé le code pour { $whom }.
}
tried-share-print = { $who ->
    [you] Vous avez essayé d'imprimer un code.
   *[other] { $name } a essayé d'imprimer un code.
}
done-share-view = { $who ->
    [you] Vous avez regardé qui a ouvert ce que vous avez transmis à { $whom }.
   *[other] { $name } a regardé qui a ouvert ce que vous avez transmis à { $whom }.
}
tried-share-view = { $who ->
    [you] Vous avez essayé de regarder ce que vous avez transmis.
   *[other] { $name } a essayé de regarder ce que vous avez transmis.
}
who-bearer = La personne qui a le code
who-bears = « { $name } », avec le code pour { $recipient },
who-bears-for = La personne qui a le code pour { $recipient }
because-wrong-surname = le nom de famille n'était pas le bon
because-not-marked = le nom de la personne ne peut pas être écrit sur ce papier
because-holders-no = seule la personne peut refuser ce papier
because-pass-over = le temps pour regarder était fini
problem-wrong-code-or-name-title = Ce code et ce nom ne vont pas ensemble.
problem-wrong-code-or-name-help = Regardez bien le code et le nom de famille, puis recommencez.
problem-not-marked-title = Ce papier ne s'ouvre pas avec un code.
problem-not-marked-help = On ne peut pas écrire dessus pour qui est la copie. Demandez ce papier à la personne.
problem-pass-over-title = Votre temps sur cette page est fini.
problem-pass-over-help = Tapez le code et le nom de famille encore une fois.
problem-field-unmarked = Un papier choisi ne peut pas porter le nom de la personne. Enlevez-le, ou donnez-le tel quel.

## Les accords : un organisme peut envoyer des papiers

done-agreement-give = { $who ->
    [you] Vous êtes d'accord : { $whom } peut vous envoyer des papiers.
   *[other] { $name } a dit oui : { $whom } peut envoyer des papiers.
}
tried-agreement-give = { $who ->
    [you] Vous avez essayé de dire oui à un organisme qui veut vous envoyer des papiers.
   *[other] { $name } a essayé de dire oui à un organisme qui veut envoyer des papiers.
}
done-agreement-list = { $who ->
    [you] Vous avez regardé qui peut vous envoyer des papiers.
   *[other] { $name } a regardé qui peut vous envoyer des papiers.
}
tried-agreement-list = { $who ->
    [you] Vous avez essayé de regarder qui peut vous envoyer des papiers.
   *[other] { $name } a essayé de regarder qui peut vous envoyer des papiers.
}
done-agreement-stop = { $who ->
    [you] Vous avez arrêté : { $whom } ne peut plus vous envoyer de papiers.
   *[other] { $name } a arrêté : { $whom } ne peut plus vous envoyer de papiers.
}
tried-agreement-stop = { $who ->
    [you] Vous avez essayé d'arrêter l'envoi de papiers par un organisme.
   *[other] { $name } a essayé d'arrêter l'envoi de papiers par un organisme.
}
done-agreement-view = { $who ->
    [you] Vous avez regardé où en est un accord.
   *[other] { $name } a regardé où en est un accord.
}
tried-agreement-view = { $who ->
    [you] Vous avez essayé de regarder où en est un accord.
   *[other] { $name } a essayé de regarder où en est un accord.
}
because-unknown-agreement = cet accord n'est pas là
because-agreement-over = l'accord est fini
because-agreement-full = il n'y a plus assez de place pour cet organisme
because-out-of-agreement = ce type de papier n'est pas dans l'accord
because-wrong-signature = la signature n'était pas bonne
because-agreement-day = trop de papiers sont arrivés ce jour-là
problem-agreement-over-title = Cet accord est fini.
problem-agreement-over-help = La date est passée, ou la personne a arrêté. Demandez-lui de nouveau, si besoin.
problem-agreement-full-title = Ce papier n'entre pas.
problem-agreement-full-help = La place prévue pour vos papiers ne suffit pas. Parlez à la personne.
problem-agreement-day-title = Trop de papiers aujourd'hui.
problem-agreement-day-help = Envoyez les autres demain.
problem-out-of-agreement-title = Ce type de papier n'est pas dans l'accord.
problem-out-of-agreement-help = Demandez un accord pour ce type de papier.
problem-wrong-signature-title = Cette signature n'est pas bonne.
problem-wrong-signature-help = Signez le papier avec une clé inscrite, puis envoyez-le de nouveau.
agree-by = { $name } veut vous envoyer des papiers
agree-wrong-title = À corriger : papiers à vous envoyer
agree-kinds = Cet organisme veut ajouter ces types de papiers dans votre consigne :
agree-lasts = Il peut ajouter des papiers jusqu'au
agree-hidden = Cacher ces papiers à mes aidants
agree-hidden-told = Sinon, vos aidants voient ces papiers comme les autres.
agree-then = Cet organisme ne voit pas vos autres papiers.
agree-then-see = Vous voyez chaque papier qui arrive.
agree-then-stop = Vous arrêtez quand vous voulez. Les papiers déjà arrivés restent.
agree-proof = Avant de dire oui, vous prouvez encore que c'est vous.
agree-button = Je suis d'accord
agree-theirs = La personne seule peut accepter cette demande. Elle le fait dans sa consigne.
agree-answered = Vous avez dit oui.
asked-done-agreed = C'est noté : cet organisme peut vous envoyer des papiers.
agreed-title = Qui peut vous envoyer des papiers
agreed-none = Aucun organisme ne peut vous envoyer de papiers.
agreed-until = Jusqu'à cette date : { $day }.
agreed-stopped = Vous avez arrêté. Plus rien n'arrive.
agreed-not-believed = Ce qui est gardé ne correspond pas à « Qui a ouvert mes papiers ? ». Plus rien n'arrive.
agreed-over = C'est fini depuis cette date : { $day }.
agreed-hidden = Ces papiers sont cachés à vos aidants.
agreed-stop = Arrêter
agreed-named = les papiers envoyés par { $name }
paper-sent-by = Envoyé par
paper-sent = Envoyé par { $name }, { $day }
receipt-issued = Envoyé par { $name }

# Les pages des agents d'un organisme.
office-ask = Demander des papiers
office-ask-again = Faire une nouvelle demande
office-another = Faire une autre demande
office-members = Les membres du bureau
office-what = Vous demandez des papiers à une personne, pour votre organisme. Elle choisit ce qu'elle transmet.
office-basis = Texte qui permet de demander : { $basis }.
office-list = Les demandes
office-none = Il n'y a pas encore de demande.
office-more = Voir les demandes plus anciennes
office-back = Retour aux demandes
office-unnamed = Une demande
office-made = Demande faite à cette date : { $moment }.
office-made-by = Demande faite à cette date : { $moment }. Par : { $name }.
office-made-unread = Demande faite à cette date : { $moment }. Le nom de la personne ne se lit plus.
office-waits = Personne n'a encore tapé le code. La réponse est possible jusqu'à cette date : { $day }.
office-taken = La personne a la demande. Elle peut répondre jusqu'à cette date : { $day }.
office-answered = La personne a transmis des papiers.
office-declined = La personne a refusé.
office-withdrawn = Cette demande est retirée.
office-over = La date pour répondre est passée.
office-paused = La personne a mis ces papiers en pause.
office-paused-title = Ces papiers sont en pause
office-paused-then = La personne peut arrêter la pause. Alors vous pourrez les lire. Attendez, ou parlez-lui.
office-paused-not = Rien ne s'est ouvert.
office-ended = Ces papiers ne s'ouvrent plus.
office-ended-title = Ces papiers ne s'ouvrent plus
office-ended-why = La date est passée, ou la personne a arrêté. Elle a pu aussi supprimer un papier.
office-ended-then = Il vous faut encore ces papiers ? Faites une nouvelle demande.
office-moved-title = Cette demande ne peut plus être retirée
office-moved-then = La personne a répondu, ou la demande est finie. Regardez-la dans la liste.
office-nothing-title = Il n'y a rien à cette adresse
office-nothing-then = Revenez aux demandes, puis choisissez dans la liste.
office-infected-title = Un virus a été trouvé dans ce papier. Il ne s'ouvre pas
office-infected-then = Parlez-en à la personne. Puis demandez-lui ce papier à nouveau.
office-pieces = Les papiers demandés
office-optional = Si la personne l'a.
office-look = Voir les papiers transmis
office-look-told = Chaque fois que vous regardez, la personne le voit, avec votre nom.
office-withdraw-title = Retirer cette demande
office-withdraw-told = La personne ne pourra plus y répondre. Le code ne servira plus.
office-withdraw-never = Vous ne pourrez pas la faire revenir. Pour demander à nouveau, il faudra un nouveau code.
office-withdraw = Retirer la demande
office-withdraw-keep = Garder la demande
office-done-withdrawn = C'est fait : la demande est retirée. Son code ne sert plus.
office-done-joined = Vous faites maintenant partie de ce bureau. Vous pouvez demander des papiers.
office-wrong-title = À corriger : demander des papiers
office-wrong = La demande n'est pas encore faite
office-ask-told = Demandez seulement ce qu'il vous faut. La personne lit tout ce que vous écrivez ici.
office-purpose = Pour quoi demandez-vous ces papiers ?
office-purpose-hint = La personne lit cette phrase. Par exemple : votre demande de logement.
office-reference = Nom ou numéro du dossier
office-reference-hint = Vous pouvez laisser vide. La personne le lit aussi.
office-lists = Quels papiers demandez-vous ?
office-no-list = Aucune de ces listes
office-kinds = Choisir des papiers un par un
office-kinds-told = Cochez aussi ce qui manque dans la liste.
office-deadline = Le dernier jour pour répondre
office-deadline-hint = Dans 1 an au plus. Après ce jour, le code ne sert plus.
office-days = Pendant combien de jours ces papiers s'ouvrent-ils pour vous ?
office-days-hint = De 1 à 365 jours. La personne peut choisir moins.
office-then = Vous recevez ensuite un code à donner à la personne. Sans ce code, elle ne voit pas la demande.
office-ask-button = Faire la demande
office-no-pieces = Choisissez une liste, ou cochez au moins 1 papier.
office-bad-pieces = Votre organisme ne peut pas demander ces papiers. Choisissez-en dans la page.
office-no-purpose = Écrivez pour quoi vous demandez ces papiers.
office-bad-deadline = Choisissez une date à partir d'aujourd'hui, comme 31/01/2027.
office-far-deadline = Choisissez une date dans 1 an au plus.
office-bad-days = Écrivez un nombre de jours, de 1 à 365.
office-code-title = Le code de la demande
office-code-once = Ce code ne s'affiche qu'une fois. Notez-le maintenant.
office-code-how = La personne tape ce code dans sa consigne, à « Papiers demandés ». Elle peut aussi ouvrir cette adresse :
office-code-until = Le code est bon jusqu'à cette date : { $moment }.
office-code-nobody = Donnez le code à cette personne seulement. La première personne qui le tape a la demande.
office-code-follow = Suivre cette demande
office-already-title = Cette demande est déjà faite
office-already-told = Vous avez envoyé 2 fois la même page. Rien de nouveau n'a été demandé.
office-already-lost = Vous n'avez plus le code ?
office-already-lost-then = Le code ne s'affiche qu'une fois. Retirez cette demande, puis faites-en une autre.
office-of = Papiers transmis par { $name }
office-until = Vous pouvez les lire jusqu'à cette date : { $day }.
office-readings-left = { $count ->
    [0] Ils ne peuvent plus être ouverts.
    [one] Ils peuvent être ouverts encore 1 fois.
   *[other] Ils peuvent être ouverts encore { $count } fois.
}
office-refused = { $count ->
    [one] La personne ne donne pas 1 des papiers demandés.
   *[other] La personne ne donne pas { $count } des papiers demandés.
}
office-destroyed = La personne a supprimé des papiers depuis. Ils ne sont plus ici.
office-seen = La personne voit chaque papier que vous ouvrez, avec votre nom.
office-brought = Papier ajouté par la personne.
office-original-seen = Un aidant a vu l'original.
office-issued = Papier envoyé par l'organisme qui l'a fait.
office-issued-on = Date du papier : { $day }.
office-expires-on = Bon jusqu'à cette date : { $day }.
office-open = Ouvrir
office-open-named = Ouvrir « { $title } »
office-all = Tout en une fois
office-all-told = Alors chaque papier compte comme ouvert 1 fois.
office-zip = Prendre tous les papiers dans un fichier ZIP
office-pdf = Prendre un seul PDF
office-receipt = Prendre le reçu signé
list-logement = Demande de logement
list-rsa = Demande de RSA
list-titre-sejour = Renouvellement d'un titre de séjour
list-cantine = Inscription à la cantine
list-handicap = Droits liés au handicap
work-you-act = Vous demandez des papiers pour cet organisme.
work-office-link = Les demandes de papiers
structure-acts = Demande et lit des papiers pour cet organisme.
invite-acts = Elle demande et lit des papiers pour cet organisme.
invite-no-role-office = Cochez au moins 1 case : elle demande des papiers, ou elle gère les membres.
tasks-agent = Elle demande et lit des papiers, et ne gère pas les membres.
tasks-referent-office = Elle gère les membres, et ne lit pas de papiers.
tasks-agent-both = Elle demande et lit des papiers, et gère les membres.
tasks-gains-acts = Elle pourra demander des papiers, et lire ce que les personnes ont transmis.
tasks-loses-acts = Tout de suite, elle ne lira plus ce que les personnes ont transmis.
