"""Letters that look like ASCII, from Unicode Technical Standard #39, version 17.0.0.

Made by `tests/accounts/make_look_alikes.py` from `confusables.txt` and `IdentifierStatus.txt` of
https://www.unicode.org/Public/security/17.0.0/ (Copyright 1991-2025 Unicode, Inc.; Unicode
License v3, https://www.unicode.org/license.txt). It has the letters that a username may hold,
in lower case, each as its code point and what it looks like.
"""

_LOOK_ALIKES = r"""
e6:ae fe:p 131:i 153:oe 18d:g 192:f 1a1:o' 1bd:s 1bf:p 1c0:l 1c1:ll 1c3:! 223:8 251:a 261:g 263:y
269:i 26a:i 26f:w 28b:u 28f:y 294:? 2a3:dz 2a6:ts 2aa:ls 2ab:lz 2b9:' 2ba:'' 2bb:' 2bc:' 2bd:'
2be:' 2c6:^ 2c8:' 2ca:' 2cb:' 2d0:: 2ee:'' 3b1:a 3b3:y 3b9:i 3bd:v 3bf:o 3c1:p 3c3:o 3c5:u 3ed:o
3f3:j 3f8:p 430:a 431:6 433:r 435:e 43e:o 440:p 441:c 443:y 445:x 448:w 455:s 456:i 458:j 461:w
475:v 491:r' 4af:y 4bb:h 4bd:e 4cf:l 4d5:ae 501:d 51b:q 51d:w 561:w 563:q 566:q 570:h 578:n 57c:n
57d:u 581:g 582:i 584:f 585:o 5d5:l 5d8:v 5d9:' 5df:l 5e1:o 5f0:ll 5f1:l' 5f2:'' 627:l 647:o 6be:o
6c1:o 6d5:o 6f0:. 6f1:l 6f5:o 6f7:v 7c0:o 7ca:l 7f4:' 7f5:' 903:: 966:o 969:3 97d:? 9e6:o 9ea:8
9ed:9 a66:o a67:9 a6a:8 a83:: ae6:o ae9:3 b03:8 b20:o b66:o b68:9 be6:o c02:o c66:o c82:o ce6:o
d02:o d1f:s d20:o d66:o d6d:9 d82:o e50:o ed0:o 1004:c 101d:o 1040:o 105a:c 10e7:y 10ff:o 1200:u
12d0:o 142f:v 1433:> 1438:< 144a:' 144c:u 1467:u' 146d:p 146f:d 1472:b 1486:p' 1487:d' 1488:b'
148d:j 14aa:l 14bf:2 1541:x 157c:h 157d:x 1587:r 15af:b 15b4:f 15c5:a 15de:d 15ea:d 15f0:m 15f7:b
16b2:< 16b7:x 16c1:l 16cc:' 16d5:k 16d6:m 17e0:o 1d04:c 1d0f:o 1d11:o 1d1c:u 1d20:v 1d21:w 1d22:z
1d26:r 1d6b:ue 1d83:g 1d8c:y 1e9d:f 1eff:y 2c85:r 2c93:i 2c9f:o 2ca3:p 2ca5:c 2ca9:y 2cbb:- 2cbd:w
2cc7:/ 2ccb:9 2ccf:p 2cd3:6 2d38:v 2d39:e 2d4f:l 2d51:! 2d54:o 2d55:q 2d5d:x 3007:o 30ce:/ 4e36:\
4e3f:/ a4d0:b a4d1:p a4d2:d a4d3:d a4d4:t a4d6:g a4d7:k a4d9:j a4da:c a4dc:z a4dd:f a4df:m a4e0:n
a4e1:l a4e2:s a4e3:r a4e6:v a4e7:h a4ea:w a4eb:x a4ec:y a4ee:a a4f0:e a4f2:l a4f3:o a4f4:u a4f8:.
a4f9:, a4fa:.. a4fb:., a4fd:: a647:i a699:oo a6df:v a731:s a733:aa a735:ao a737:au a739:av a73b:av
a73d:ay a74f:oo a777:tf a778:& a78c:' a799:f a79f:u ab32:e ab35:f ab3d:o ab47:r ab48:r ab4e:u
ab52:u ab5a:y ab63:uo ab75:i ab81:r ab83:w ab93:z aba9:v abaa:s abaf:c 10282:b 10286:e 10287:f
1028a:l 10290:x 10292:o 10295:p 10296:s 10297:t 1029b:+ 102a0:a 102a1:b 102a2:c 102a5:f 102ab:o
102b0:m 102b1:t 102b2:y 102b4:x 102cf:h 10301:b 10302:c 10309:l 10311:m 10315:t 10317:x 1031a:8
1031f:* 1042c:o 1043d:c 10448:s 104ea:o 104f6:u 10513:n 10516:o 10518:k 1051c:c 1051d:v 10525:f
10526:l 10527:x 114d0:o 11700:rn 11706:v 1170a:w 1170e:w 1170f:w 118c0:v 118c1:s 118c2:f 118c3:i
118c4:z 118c6:7 118c8:o 118ca:3 118cc:9 118d5:6 118d6:9 118d7:o 118d8:u 118dc:y 118e0:o 118e3:rn
118e5:z 118e6:w 118e9:c 16f08:v 16f0a:t 16f16:l 16f28:l 16f35:r 16f3a:s 16f3b:3 16f3f:> 16f40:a
16f42:u 16f43:y 16f51:' 16f52:' 1d16d:.
"""
_UNUSUAL = """
18d 1bd 1bf 1c0 1c1 1c3 223 251 261 26a 26f 28f 294 2a3 2a6 2aa 2ab 1d04 1d0f 1d11 1d1c 1d20 1d21
1d22 1d6b 1d83 1d8c 1e9d 1eff a731 a733 a735 a737 a739 a73b a73d a74f a777 a778 a78c a799 a79f
ab32 ab35 ab3d ab47 ab48 ab4e ab52 ab5a ab63
"""

LOOK_ALIKES = {
    int(point, 16): looks for point, looks in (pair.split(":", 1) for pair in _LOOK_ALIKES.split())
}
UNUSUAL_LATIN = frozenset(chr(int(point, 16)) for point in _UNUSUAL.split())
"""Latin look-alike letters that no everyday spelling uses."""
